import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { type GuestTool, type GuestTools, guestTools } from '../../src/core/guest-tools';
import { installOnce } from './cache';
import { ensurePackages } from './debian';
import { run } from './exec';
import { installCni, installContainerTools } from './go-tools';
import { type Answer, SITE } from './guest-network';
import { recipes, versions } from './versions';

/**
 * A runner that takes one job from the site and knows the hooks. Its JIT configuration is
 * the site's address. A job that leaves `~/linger` finds a runner that does not end.
 */
const RUN_SH = `#!/bin/bash
site=$(echo "$ACTIONS_RUNNER_INPUT_JITCONFIG" | base64 -d)
echo 'Listening for Jobs'
until curl -sf --noproxy '*' -o ~/job.sh "$site/runner/job"; do sleep 0.2; done
bash "$ACTIONS_RUNNER_HOOK_JOB_STARTED"
bash ~/job.sh > ~/job.log 2>&1
bash "$ACTIONS_RUNNER_HOOK_JOB_COMPLETED" >> ~/job.log 2>&1
curl -s --noproxy '*' --data-binary @$HOME/job.log "$site/runner/result"
if [ -e ~/linger ]; then sleep infinity; fi
`;

/** The JIT configuration for the runner above. */
export const JIT_CONFIG = Buffer.from(SITE).toString('base64');

/** The archives that a guest downloads, laid out as the releases are: BuildKit and buildx are the real ones. */
export interface GuestArchives {
  /** Under the site's addresses, with the checksums of these very bytes. */
  readonly tools: GuestTools;
  /** For the site. */
  readonly answers: ReadonlyArray<readonly [path: string, bytes: Answer]>;
}

/** Packs the engines of the cache as their release archives. */
export async function guestArchives(): Promise<GuestArchives> {
  const folder = await installOnce(
    'guest-archives',
    `${versions.buildkit}-${versions.buildx}-${versions.cni}-${recipes.guestArchives}`,
    pack,
  );
  const bytes = { ...readAll(folder, ['buildkit', 'buildx']), runner: await packRunner() };
  const released = guestTools('x86_64');
  const tool = (name: keyof GuestTools): GuestTool => ({
    version: released[name].version,
    url: `${SITE}/${name}`,
    sha256: createHash('sha256').update(bytes[name]).digest('hex'),
  });
  return {
    tools: { runner: tool('runner'), buildkit: tool('buildkit'), buildx: tool('buildx') },
    answers: Object.entries(bytes).map(([name, content]) => [`/${name}`, content]),
  };
}

function readAll<Name extends string>(folder: string, names: readonly Name[]): Record<Name, Buffer> {
  return Object.fromEntries(names.map((name) => [name, fs.readFileSync(path.join(folder, name))])) as Record<Name, Buffer>;
}

async function pack(folder: string): Promise<void> {
  await ensurePackages(['runc']);
  const [tools, cni] = [await installContainerTools(), await installCni()];
  const bin = path.join(folder, 'tree', 'bin');
  fs.mkdirSync(bin, { recursive: true });
  for (const name of ['buildkitd', 'buildctl']) fs.copyFileSync(path.join(tools, name), path.join(bin, name));
  for (const name of ['bridge', 'loopback', 'host-local']) fs.copyFileSync(path.join(cni, name), path.join(bin, `buildkit-cni-${name}`));
  fs.copyFileSync('/usr/sbin/runc', path.join(bin, 'buildkit-runc'));
  await run('tar', ['-C', path.join(folder, 'tree'), '-I', 'gzip -1', '-cf', path.join(folder, 'buildkit'), 'bin']);
  fs.copyFileSync(path.join(tools, 'buildx'), path.join(folder, 'buildx'));
  fs.rmSync(path.join(folder, 'tree'), { recursive: true });
}

async function packRunner(): Promise<Buffer> {
  const folder = await fs.promises.mkdtemp('/tmp/spot-image-runner-');
  try {
    const node = path.join(folder, 'externals', 'node20', 'bin');
    fs.mkdirSync(node, { recursive: true });
    fs.writeFileSync(path.join(folder, 'run.sh'), RUN_SH, { mode: 0o755 });
    fs.writeFileSync(path.join(node, 'node'), '#!/bin/sh\necho stub of node\n', { mode: 0o755 });
    await run('tar', ['-C', folder, '-czf', path.join(folder, 'archive'), 'run.sh', 'externals']);
    return fs.readFileSync(path.join(folder, 'archive'));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
