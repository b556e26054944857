import { type ImageLayers, unpack } from '../../core/image-layers';
import { type StageTime, stageTimes } from '../../core/stage-times';
import type { Context } from '../command';

/** Runs buildx: the program that BUILDX names, or the plugin of docker. */
function buildx({ shell, env }: Context, args: readonly string[]) {
  return env.BUILDX ? shell.run(env.BUILDX, args) : shell.run('docker', ['buildx', ...args]);
}

/**
 * The layers of an image that a registry has.
 * @param repository `registry/owner/name`
 * @returns undefined where the registry does not say; the reason is in the log
 */
export async function layersOf(context: Context, repository: string, digest: string): Promise<ImageLayers | undefined> {
  const reference = `${repository}@${digest}`;
  const { code, stdout, stderr } = await buildx(context, ['imagetools', 'inspect', '--raw', reference]);
  const unpacked = code === 0 ? unpack(stdout) : { kind: 'unknown' as const, why: stderr.trim() };
  switch (unpacked.kind) {
    case 'image':
      return unpacked.layers;
    case 'index':
      return layersOf(context, repository, unpacked.image);
    case 'unknown':
      context.report.log(`The size of ${reference} is unknown: ${unpacked.why}`);
      return undefined;
  }
}

/**
 * What a tag names in the registry now.
 * @param reference `registry/owner/name:tag`
 * @returns undefined where there is nothing, or the registry does not say; the reason is in the log
 */
export async function digestOf(context: Context, reference: string): Promise<string | undefined> {
  const { code, stdout, stderr } = await buildx(context, ['imagetools', 'inspect', '--format', '{{json .Manifest.Digest}}', reference]);
  const digest = /"(sha256:[0-9a-f]{64})"/.exec(stdout)?.[1];
  if (code !== 0 || digest === undefined) context.report.log(`What ${reference} was before is unknown: ${stderr.trim()}`);
  return code === 0 ? digest : undefined;
}

/**
 * How long each stage of a build took; none where the builder does not say.
 * @param build `buildx.build.ref` of its metadata
 */
export async function timesOf(context: Context, build: string): Promise<StageTime[]> {
  const id = build.split('/').pop() ?? '';
  const { code, stdout, stderr } = await buildx(context, ['history', 'logs', '--progress', 'plain', id]);
  if (code !== 0) context.report.log(`The times of the build are unknown: ${stderr.trim()}`);
  return code === 0 ? stageTimes(`${stdout}\n${stderr}`) : [];
}
