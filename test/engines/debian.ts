import { CommandFailed, run } from './exec';

/** An archive that this machine's own apt configuration uses. */
export interface DebianMirror {
  /** For example `http://…/debian/`; read at run time, never written down. */
  readonly uri: string;
  readonly codename: string;
  readonly component: string;
}

let updated: Promise<void> | undefined;

/**
 * Makes sure that Debian packages are installed; does nothing (and needs no root and no
 * network) when they are. Throws with the way to mend it when they cannot be installed.
 */
export async function ensurePackages(packages: readonly string[]): Promise<void> {
  const missing = await missingPackages(packages);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) {
    throw new Error(`These Debian packages are missing: ${missing.join(' ')}\nInstall them: sudo apt-get install ${missing.join(' ')}`);
  }
  await updateLists();
  await apt(['install', '-y', '--no-install-recommends', ...missing]);
}

/**
 * Debian's main archive as this machine reaches it. Throws when apt knows none.
 */
export async function debianMirror(): Promise<DebianMirror> {
  let mirrors = await readMirrors();
  if (mirrors.length === 0) {
    // a new machine has no lists yet, and apt describes only those
    await updateLists();
    mirrors = await readMirrors();
  }
  if (mirrors.length === 0) {
    throw new Error('apt on this machine knows no Debian archive. Configure one in /etc/apt/sources.list.d and run apt-get update.');
  }
  return mirrors[0];
}

/**
 * The settings of apt on this machine that a Debian made here needs as well, as `Name "value"`
 * (proxies, checks of dates that a frozen mirror cannot pass).
 */
export async function aptSettings(): Promise<string[]> {
  const { stdout } = await run('apt-config', ['dump']);
  return stdout
    .split('\n')
    .filter((line) => /^Acquire::(Check-Valid-Until|Check-Date|Retries|https?::Proxy)\b.* "[^"]+";$/.test(line))
    .map((line) => line.slice(0, -1));
}

async function missingPackages(packages: readonly string[]): Promise<string[]> {
  const { stdout } = await run('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...packages], { allowFailure: true });
  const installed = new Set(
    stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return packages.filter((name) => !installed.has(name));
}

async function readMirrors(): Promise<DebianMirror[]> {
  const { stdout } = await run('apt-get', [
    'indextargets',
    '--format',
    '$(ORIGIN)|$(LABEL)|$(REPO_URI)|$(CODENAME)|$(COMPONENT)',
    'Created-By: Packages',
  ]);
  return (
    stdout
      .split('\n')
      .map((line) => line.split('|'))
      // the suite itself, not its -updates: their archive need not hold other suites
      .filter(
        ([origin, label, , codename, component]) =>
          origin === 'Debian' && label === 'Debian' && component === 'main' && /^[a-z]+$/.test(codename),
      )
      .map(([, , uri, codename, component]) => ({ uri, codename, component }))
  );
}

function updateLists(): Promise<void> {
  updated ??= apt(['update']);
  return updated;
}

async function apt(args: string[]): Promise<void> {
  try {
    // another session on the machine may be using apt: wait for it
    await run('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=600', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new Error(`apt-get could not ${args[0]}; is the Debian mirror reachable?\n${error.message}`);
  }
}
