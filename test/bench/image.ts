/**
 * Time and size of the generated image, against a recipe of one RUN that does
 * what upstream's does. Both are built once, by BuildKits that have built
 * nothing before, one after the other: measure on a machine that does nothing else.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildKit, openrestySources, startBuildKit, startMirror, temporaryFolder } from '../engines';
import { folderWith } from '../engines/folder';
import { nativeArchitecture } from '../engines/qemu';
import { imageOptions, NEXT_RELEASE, otherModules, startImageSite, writeProject } from '../engines/stories/image-site';
import { renderRecipe } from './image-recipe';
import { type Row, row } from './measure';

const PLATFORM = `linux/${nativeArchitecture}`;
const MEGABYTE = 1_000_000;

/** Features whose libraries would be most of either image. */
const FEATURES = { http_geoip_module: 'off', http_image_filter_module: 'off', http_xslt_module: 'off' };

/** Cold build, rebuild after a bump, size added to the base. */
export async function benchImage(): Promise<Row[]> {
  const site = await startImageSite([PLATFORM]);
  const sources = await openrestySources(NEXT_RELEASE);
  const mirror = await startMirror(sources.folder);
  const options = (where: typeof site) => imageOptions(where, { openresty: { features: FEATURES, modules: otherModules(site) } });
  const project = writeProject(options(site));
  const bumped = writeProject(options({ ...site, sources, mirror }));
  const recipe = folderWith({ Dockerfile: renderRecipe(project.config) });
  const base = folderWith({ Dockerfile: `FROM ${project.config.base.reference}\n` });

  const onNewMachine = async <T>(work: (machine: BuildKit) => Promise<T>): Promise<T> => {
    const machine = await startBuildKit({ registryHost: site.registry.host, platforms: [PLATFORM], fresh: true });
    try {
      return await work(machine);
    } finally {
      await machine.stop();
    }
  };
  try {
    const theirs = await onNewMachine((machine) => build(machine, recipe));
    const { cold, rebuilt, size } = await onNewMachine(async (machine) => ({
      size: (await build(machine, base)).bytes,
      cold: await build(machine, join(project.folder, 'docker')),
      rebuilt: await build(machine, join(bumped.folder, 'docker')),
    }));
    return [
      row('image, cold build, seconds', cold.seconds, theirs.seconds, 0.6),
      // one RUN: whatever changes, everything is built anew
      row('image, rebuild after a bump, seconds', rebuilt.seconds, theirs.seconds, 0.2),
      row('image, added to the base, MB', (cold.bytes - size) / MEGABYTE, (theirs.bytes - size) / MEGABYTE, 0.12),
    ];
  } finally {
    await mirror.stop();
    await site.stop();
  }
}

/** Builds a folder; what it took, and how many bytes the files of the image have. */
async function build({ buildx }: BuildKit, folder: string): Promise<{ seconds: number; bytes: number }> {
  const { seconds } = await buildx(['build', '--platform', PLATFORM, '--provenance=false', '--output', 'type=cacheonly', folder]);
  const archive = join(temporaryFolder('bench'), 'image.tar');
  await buildx(['build', '--platform', PLATFORM, '--provenance=false', '--output', `type=tar,dest=${archive}`, folder]);
  if (statSync(archive).size === 0) throw new Error(`${folder} gives an empty image`);
  const list = spawnSync('tar', ['-tvf', archive], { encoding: 'utf8', maxBuffer: 64 * MEGABYTE });
  const bytes = list.stdout.split('\n').reduce((sum, line) => sum + (line.startsWith('-') ? Number(line.split(/\s+/)[2]) : 0), 0);
  return { seconds, bytes };
}
