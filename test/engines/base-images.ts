import * as fs from 'node:fs';
import * as path from 'node:path';
import { installOnce } from './cache';
import { aptSettings, debianMirror, ensurePackages } from './debian';
import { run } from './exec';
import { installCrane } from './go-tools';
import { ensureEmulation } from './qemu';
import { recipes, versions } from './versions';

/** A base image in a registry. */
export interface BaseImage {
  /** As a Dockerfile names it: `debian:trixie-slim`. */
  readonly reference: string;
  /** Digest of the index: `sha256:…`; the same in every run that uses the same cache. */
  readonly digest: string;
}

/** As Docker's own slim image has it: no documentation, no waiting for the disk … */
const dpkgOptions = [
  ...['man', 'doc', 'info', 'locale', 'groff', 'linda', 'lintian'].map((name) => `path-exclude=/usr/share/${name}/*`),
  'path-include=/usr/share/doc/*/copyright',
  'force-unsafe-io',
];

/** … no translations (reading them takes long under qemu) … */
const aptOptions = ['Acquire::Languages "none"', 'APT::AutoRemove::SuggestsImportant "false"'];

/** … and no downloaded packages left behind; set at the end, because mmdebstrap itself needs to find them. */
const keepNothing = `echo 'APT::Keep-Downloaded-Packages "false";' > "$1/etc/apt/apt.conf.d/docker-clean"`;

/** OCI architectures whose Debian name differs. */
const debianNames: Readonly<Record<string, string>> = { '386': 'i386', ppc64le: 'ppc64el' };

/**
 * Pushes `library/debian:<suite>-slim` for these platforms into a registry on loopback, made
 * from this machine's own Debian mirror. apt inside the image uses the same mirror.
 */
export async function debianBase(registryHost: string, platforms: readonly string[]): Promise<BaseImage> {
  const crane = await installCrane();
  const repository = `${registryHost}/library/debian`;
  const images: string[] = [];
  for (const platform of platforms) {
    const archive = await debianRootfs(platform);
    const image = `${repository}:${versions.debian}-slim-${platform.split('/')[1]}`;
    await run(crane, ['append', '--oci-empty-base', '-f', archive, '-t', image]);
    await run(crane, [
      'mutate',
      image,
      '-t',
      image,
      '--cmd',
      'bash',
      // Docker's own arm64 images say v8 as well
      '--set-platform',
      platform === 'linux/arm64' ? 'linux/arm64/v8' : platform,
      '--env',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ]);
    images.push(image);
  }
  const tag = `${repository}:${versions.debian}-slim`;
  await run(crane, ['index', 'append', ...images.flatMap((image) => ['-m', image]), '-t', tag]);
  const { stdout } = await run(crane, ['digest', tag]);
  return { reference: `debian:${versions.debian}-slim`, digest: stdout.trim() };
}

/**
 * A minimal Debian root file system for one OCI platform (`linux/arm64`) as a `.tar.gz` in the
 * cache. Takes about 20 s for the native one, 100 s and more for an emulated one.
 */
export async function debianRootfs(platform: string): Promise<string> {
  const architecture = platform.split('/')[1];
  const folder = await installOnce(`debian-${versions.debian}-${architecture}`, recipes.debianBase, async (temporary) => {
    await ensurePackages(['mmdebstrap', 'arch-test', 'debian-archive-keyring']);
    await ensureEmulation([platform]);
    const mirror = await debianMirror();
    const secure = mirror.uri.startsWith('https:');
    const settings = await aptSettings();
    await run(
      'unshare', // with mounts of its own: should it be killed, none of them is left behind
      [
        '--mount',
        'mmdebstrap',
        '--variant=minbase',
        '--mode=root',
        `--architectures=${debianNames[architecture] ?? architecture}`,
        ...dpkgOptions.map((option) => `--dpkgopt=${option}`),
        ...[...aptOptions, ...settings].map((option) => `--aptopt=${option}`),
        `--customize-hook=${keepNothing}`,
        // apt inside the image can reach an https mirror only with this machine's certificates
        ...(secure
          ? ['--include=ca-certificates', '--customize-hook=upload /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt']
          : []),
        versions.debian,
        path.join(temporary, 'rootfs.tar.gz'),
        `deb ${mirror.uri} ${versions.debian} ${mirror.component}`,
      ],
      { env: { ...process.env, SOURCE_DATE_EPOCH: '0' } },
    );
    if (!fs.existsSync(path.join(temporary, 'rootfs.tar.gz'))) throw new Error('mmdebstrap wrote nothing');
  });
  return path.join(folder, 'rootfs.tar.gz');
}
