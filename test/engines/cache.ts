import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/**
 * The folder that keeps installed engines between runs: `$SPOT_IMAGE_ENGINES`, or
 * `spot-image-engines` in the user's cache folder. Created when missing.
 */
export function cacheRoot(): string {
  const root =
    process.env.SPOT_IMAGE_ENGINES ?? path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'spot-image-engines');
  fs.mkdirSync(root, { recursive: true });
  return root;
}

/**
 * Installs `<name>-<version>` into the cache unless it is there, and returns its folder.
 *
 * `build` fills an empty temporary folder; only when it has succeeded is that folder
 * renamed to its final place, so that a half install is never seen. What `build` throws
 * is passed on, and the temporary folder is removed. Several processes may ask for the
 * same engine at once: one builds, the others wait.
 */
export async function installOnce(name: string, version: string, build: (folder: string) => Promise<void>): Promise<string> {
  const final = path.join(cacheRoot(), `${name}-${version}`);
  if (fs.existsSync(final)) return final;
  const release = await waitForClaim(`${final}.lock`);
  try {
    if (fs.existsSync(final)) return final;
    const temporary = `${final}.tmp`; // ours alone while we hold the claim: leftovers are of a dead process
    fs.rmSync(temporary, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    fs.mkdirSync(temporary);
    try {
      await build(temporary);
      fs.renameSync(temporary, final);
    } finally {
      fs.rmSync(temporary, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    }
    return final;
  } finally {
    release();
  }
}

/**
 * Claims `lockFile` for this process. Returns the function that gives it up, or
 * `undefined` when a living process holds it. A claim whose process is gone is taken over.
 */
export function tryClaim(lockFile: string): (() => void) | undefined {
  const mine = `${lockFile}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  fs.writeFileSync(mine, String(process.pid));
  try {
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        fs.linkSync(mine, lockFile); // atomic, and never an empty lock file
        return () => fs.rmSync(lockFile, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        if (isAlive(lockFile)) return undefined;
        fs.rmSync(lockFile, { force: true });
      }
    }
    return undefined;
  } finally {
    fs.rmSync(mine, { force: true });
  }
}

async function waitForClaim(lockFile: string): Promise<() => void> {
  for (;;) {
    const release = tryClaim(lockFile);
    if (release) return release;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function isAlive(lockFile: string): boolean {
  try {
    process.kill(Number(fs.readFileSync(lockFile, 'utf8')), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // alive, but another user's
  }
}
