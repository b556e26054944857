/** How each base family installs packages: all that the two differ in. */
import type { Base } from '../../core/config';
import { command, comment, type Lines, runScript } from './instruction';
import { shellWord } from './quote';

interface Family {
  /** hadolint's rule that wants every package pinned. */
  readonly pinRule: string;
  /** Installs from where the base says. */
  install(packages: readonly string[]): Lines;
  /** Installs from a mirror, and leaves the base's own settings as they are. */
  installFrom(mirror: string, packages: readonly string[]): Lines;
  /** What an installation leaves behind that bears the time of the build, or is of no use in an image. */
  readonly leftovers: readonly string[];
}

/** Settings that point to the mirror, for the time of one installation. */
const REPOSITORIES = '/tmp/repositories';
const APT = '/tmp/apt';

const FAMILIES: Readonly<Record<Base['family'], Family>> = {
  alpine: {
    pinRule: 'DL3018',
    install: (packages) => command('apk add --no-cache', packages),
    installFrom: (mirror, packages) => [
      `sed -E ${shellWord(`s|^https?://[^/]+/alpine|${mirror}|`)} /etc/apk/repositories > ${REPOSITORIES}`,
      ...command(`apk add --no-cache --repositories-file ${REPOSITORIES}`, packages),
      `rm ${REPOSITORIES}`,
    ],
    leftovers: ['/var/log/apk.log'],
  },
  debian: {
    pinRule: 'DL3008',
    install: (packages) => apt('', packages),
    installFrom: (mirror, packages) => [
      `cp -R /etc/apt ${APT}`,
      // the archive of security updates is the mirror's neighbour: debian-security beside debian
      `find ${APT} \\( -name '*.sources' -o -name '*.list' \\) -exec sed -i -E ${shellWord(`s|https?://[^/ ]+/debian|${mirror}|g`)} {} +`,
      ...apt(` -o Dir::Etc=${APT}`, packages),
      `rm -r ${APT}`,
    ],
    leftovers: [
      '/var/lib/apt/lists/*',
      '/var/cache/apt/*.bin',
      '/var/log/apt',
      '/var/log/*.log',
      '/var/cache/ldconfig/aux-cache',
      '/var/cache/debconf/*-old',
    ],
  },
};

function apt(options: string, packages: readonly string[]): Lines {
  return [
    'export DEBIAN_FRONTEND=noninteractive',
    `apt-get${options} update`,
    ...command(`apt-get${options} install --yes --no-install-recommends`, packages),
  ];
}

/** Installs packages of the base distribution; nothing for an empty list. */
export function installPackages(base: Base, packages: readonly string[]): Lines {
  if (packages.length === 0) return [];
  const family = FAMILIES[base.family];
  const words = packages.map(shellWord);
  const install = base.packageMirror === undefined ? family.install(words) : family.installFrom(base.packageMirror, words);
  return [
    ...comment(
      'Unpinned on purpose: the distribution removes a package as soon as it has a fixed one.',
      'The layer cache keeps what it has; another version or digest of the base brings newer ones.',
      `hadolint ignore=${family.pinRule}`,
    ),
    ...runScript([...install, `rm -rf ${family.leftovers.join(' ')}`]),
  ];
}
