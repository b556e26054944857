import * as fs from 'node:fs';
import { ensurePackages } from './debian';
import { run } from './exec';

const folder = '/proc/sys/fs/binfmt_misc';

/** OCI architecture → the name qemu and Debian's binfmt files give it. */
const emulators: Readonly<Record<string, string>> = {
  arm64: 'aarch64',
  amd64: 'x86_64',
  s390x: 's390x',
  ppc64le: 'ppc64le',
  riscv64: 'riscv64',
};

/** The OCI architecture of this machine. */
export const nativeArchitecture = process.arch === 'x64' ? 'amd64' : process.arch;

/**
 * Makes the kernel run programs of these OCI platforms (`linux/arm64`) through qemu, also in
 * root file systems that have no qemu: the registration's F flag opens the emulator at once.
 * Does nothing for the native one or when it is done. Needs root; throws when it cannot.
 */
export async function ensureEmulation(platforms: readonly string[]): Promise<void> {
  for (const platform of platforms) {
    const architecture = platform.split('/')[1];
    if (architecture === nativeArchitecture) continue;
    const cpu = emulators[architecture];
    if (!cpu) throw new Error(`No emulator is known for ${platform}; known: ${Object.keys(emulators).join(', ')}.`);
    await ensurePackages(['qemu-user-static']);
    if (!fs.existsSync(`${folder}/register`)) await run('mount', ['-t', 'binfmt_misc', 'binfmt_misc', folder]);
    if (!fs.existsSync(`${folder}/qemu-${cpu}`)) {
      const rule = fs.readFileSync(`/usr/lib/binfmt.d/qemu-${cpu}.conf`, 'utf8').trim();
      try {
        fs.writeFileSync(`${folder}/register`, rule);
      } catch (error) {
        throw new Error(`Cannot register qemu for ${platform} with the kernel; it takes root. ${(error as Error).message}`);
      }
    }
  }
}
