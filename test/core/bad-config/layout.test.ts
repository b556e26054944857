import { describe, expect, test } from 'vitest';
import { type BadConfig, faultsOf, type Options, SHA256, testBadConfigs, testGoodConfigs } from './cases';

function layout(options: object, family = 'alpine'): Options {
  return { layout: options, base: { family } };
}

function base(options: object): Options {
  return { base: options };
}

const DIANPLUS = { preset: 'dianplus' };

const folders: readonly BadConfig[] = [
  ['an unknown preset', layout({ preset: 'debian' }), 'layout.preset', 'there is no such preset', '"upstream"'],
  ['a preset that every object has', layout({ preset: 'toString' }), 'layout.preset', 'there is no such preset', '"upstream"'],
  ['a relative path', layout({ prefix: 'opt/openresty' }), 'layout.prefix', 'no plain absolute path', '"/etc/openresty"'],
  ['a path on the way out', layout({ confDir: '/etc/../root' }), 'layout.confDir', 'no plain absolute path', '"/etc/openresty"'],
  ['a slash at the end', layout({ confDir: '/etc/openresty/' }), 'layout.confDir', 'without a slash at the end', '"/etc/openresty"'],
  ['a path with a space', layout({ runDir: '/run/open resty' }), 'layout.runDir', 'no plain absolute path', '"/etc/openresty"'],
  ['a path with a variable', layout({ runDir: '/run/$X' }), 'layout.runDir', 'no plain absolute path', '"/etc/openresty"'],
  ['a path with a quote', layout({ binary: "/usr/sbin/nginx'" }), 'layout.binary', 'no plain absolute path', '"/etc/openresty"'],
  ['a path with a line break', layout({ logDir: '/var/log/x\n' }), 'layout.logDir', 'no plain absolute path', '"/etc/openresty"'],
  ['a hidden folder', layout({ prefix: '/opt/.openresty' }), 'layout.prefix', 'no plain absolute path', '"/etc/openresty"'],
  ['the root', layout({ prefix: '/' }), 'layout.prefix', 'no plain absolute path', '"/etc/openresty"'],
  ['a path that is too long for a socket', layout({ runDir: `/run/${'x'.repeat(76)}` }), 'layout.runDir', 'sockets', 'shorten it'],
  ['a folder of the distribution', layout({ confDir: '/etc' }), 'layout.confDir', 'belongs to the distribution', '"/etc/openresty"'],
  [
    'a folder of the distribution by its link',
    layout({ runDir: '/var/run' }),
    'layout.runDir',
    'belongs to the distribution',
    '"/var/run/openresty"',
  ],
  [
    'the package database',
    layout({ ...DIANPLUS, modulesDir: '/var/lib/dpkg' }),
    'layout.modulesDir',
    'belongs to the distribution',
    'put it elsewhere',
  ],
  ['a folder of devices', layout({ runDir: '/dev/shm/x' }), 'layout.runDir', 'no folder of an image', 'put it elsewhere'],
  ["root's home", layout({ confDir: '/root/conf' }), 'layout.confDir', 'only root may enter it', 'put it elsewhere'],
  [
    'a configuration that is gone at run time',
    layout({ confDir: '/tmp/conf' }),
    'layout.confDir',
    'what lies in /tmp is gone',
    'put it elsewhere',
  ],
  [
    'a log folder that is gone at run time',
    layout({ logDir: '/var/run/logs' }),
    'layout.logDir',
    'what lies in /run is gone',
    'put it elsewhere',
  ],
  [
    'a folder of the build',
    layout({ ...DIANPLUS, prefix: '/rootfs' }),
    'layout.prefix',
    'the build itself uses /rootfs',
    'put it elsewhere',
  ],
  ['a folder of the test', layout({ confDir: '/smoke/conf' }), 'layout.confDir', 'the build itself uses /smoke', 'put it elsewhere'],
  [
    "a folder of OpenResty's own",
    layout({ modulesDir: '/usr/local/openresty/lualib' }),
    'layout.modulesDir',
    "/usr/local/openresty/lualib is OpenResty's own",
    'put it elsewhere',
  ],
  [
    'a binary where its own link goes',
    layout({ binary: '/usr/local/openresty/bin/openresty' }),
    'layout.binary',
    "/usr/local/openresty/bin is OpenResty's own",
    'put it elsewhere',
  ],
  ['a run folder in the prefix', layout({ runDir: '/usr/local/openresty/run' }), 'layout.runDir', 'layout.prefix', 'a folder of its own'],
  [
    'a prefix in the run folder',
    layout({ ...DIANPLUS, prefix: '/srv/x/o', runDir: '/srv/x' }),
    'layout.runDir',
    'what the image writes to',
    'a folder of its own',
  ],
  [
    'a run folder in the configuration',
    layout({ ...DIANPLUS, runDir: '/etc/openresty/run' }),
    'layout.runDir',
    'layout.confDir (/etc/openresty)',
    'a folder of its own',
  ],
  [
    'a run folder around the modules',
    layout({ ...DIANPLUS, runDir: '/usr/lib/openresty' }),
    'layout.runDir',
    'layout.modulesDir',
    'a folder of its own',
  ],
  [
    'logs in the configuration',
    layout({ ...DIANPLUS, logDir: '/etc/openresty/logs' }),
    'layout.logDir',
    'layout.confDir',
    'a folder of its own',
  ],
  [
    'logs around the modules',
    layout({ ...DIANPLUS, logDir: '/usr/lib/openresty' }),
    'layout.logDir',
    'layout.modulesDir',
    'a folder of its own',
  ],
  [
    'logs and run folder in one',
    layout({ ...DIANPLUS, runDir: '/var/log/openresty' }),
    'layout.logDir',
    'layout.runDir',
    'a folder of its own',
  ],
  [
    'modules in the configuration',
    layout({ ...DIANPLUS, modulesDir: '/etc/openresty/modules' }),
    'layout.confDir',
    'layout.modulesDir',
    'a folder of its own',
  ],
  [
    'a configuration around the prefix',
    layout({ ...DIANPLUS, prefix: '/srv/x/o', confDir: '/srv/x' }),
    'layout.confDir',
    "/srv/x/o/nginx, OpenResty's own folder",
    'a folder of its own',
  ],
  [
    'logs around all of OpenResty',
    layout({ ...DIANPLUS, logDir: '/opt/openresty/nginx' }),
    'layout.logDir',
    "OpenResty's own folder",
    'a folder of its own',
  ],
  [
    'a binary among the modules',
    layout({ ...DIANPLUS, binary: '/usr/lib/openresty/modules/nginx' }),
    'layout.binary',
    'it lies in layout.modulesDir',
    'put the binary elsewhere',
  ],
  [
    'a binary in the run folder',
    layout({ ...DIANPLUS, binary: '/var/cache/nginx/nginx', runDir: '/var/cache/nginx' }),
    'layout.binary',
    'it lies in layout.runDir',
    'elsewhere',
  ],
  [
    'a folder below the binary',
    layout({ ...DIANPLUS, confDir: '/usr/sbin/nginx/conf' }),
    'layout.confDir',
    'is a file, not a folder',
    'put it elsewhere',
  ],
  ['a binary in place of the shell', layout({ binary: '/bin/sh' }), 'layout.binary', 'it might replace one', 'write "/bin/nginx"'],
];

const accounts: readonly BadConfig[] = [
  ['root by name', layout({ user: 'root' }), 'layout.user', 'must not run as root', 'another name'],
  ["root's group", layout({ group: 'root' }), 'layout.group', 'must not run as root', 'another name'],
  ['root by number', layout({ uid: 0 }), 'layout.uid', '0 is root', 'use 101'],
  ["root's group by number", layout({ gid: 0 }), 'layout.gid', '0 is root', 'use 101'],
  ['root in another way', layout({ uid: -0 }), 'layout.uid', '0 is root', 'use 101'],
  ['a negative number', layout({ uid: -1 }), 'layout.uid', 'a whole number from 1', 'use 101'],
  ['half a user', layout({ uid: 101.5 }), 'layout.uid', 'a whole number from 1', 'use 101'],
  ['a user that is no number', layout({ uid: Number.NaN }), 'layout.uid', 'a whole number from 1', 'use 101'],
  ['a number that is too large', layout({ gid: 65535 }), 'layout.gid', '1 to 65533', 'use 101'],
  ['an upper-case user', layout({ user: 'Nginx' }), 'layout.user', 'no account name', '"openresty"'],
  ['a user with a colon', layout({ user: 'a:b' }), 'layout.user', 'no account name', '"openresty"'],
  ['a group with a line break', layout({ group: 'a\nb' }), 'layout.group', 'no account name', '"openresty"'],
  ['a user that is too long', layout({ user: 'x'.repeat(33) }), 'layout.user', 'up to 31', '"openresty"'],
  ['a user that is a number', layout({ user: '101' }), 'layout.user', 'no account name', '"openresty"'],
  ["Alpine's own user", layout({ user: 'nobody' }), 'layout.user', 'alpine has this user already', 'another name'],
  ["Alpine's own group", layout({ group: 'www-data' }), 'layout.group', 'alpine has this group already', 'another name'],
  ["Debian's own user", layout({ user: 'www-data' }, 'debian'), 'layout.user', 'debian has this user already', 'another name'],
  ['the lowest number that is no root', layout({ uid: 1 }), 'layout.uid', `alpine's own "bin"`, 'use 101'],
  ["Alpine's own number", layout({ gid: 82 }), 'layout.gid', `alpine's own "www-data"`, 'use 101'],
  ["Debian's own number", layout({ uid: 33 }, 'debian'), 'layout.uid', `debian's own "www-data"`, 'use 101'],
  ['the group of users', layout({ gid: 100 }, 'debian'), 'layout.gid', `debian's own "users"`, 'use 101'],
];

const bases: readonly BadConfig[] = [
  ['a version with something in front', base({ version: 'x3.23' }), 'base.version', 'no version of Alpine', '"3.23.5"'],
  ['a version with a letter', base({ version: '3.2a' }), 'base.version', 'no version of Alpine', '"3.23.5"'],
  ['a version with another letter', base({ version: '3.a3' }), 'base.version', 'no version of Alpine', '"3.23.5"'],
  ['a version with a letter behind the dot', base({ version: '3.23.x' }), 'base.version', 'no version of Alpine', '"3.23.5"'],
  ['an unknown family', base({ family: 'ubuntu' }), 'base.family', 'no family that is supported', '"alpine"'],
  ['a mistyped family', base({ family: 'alpin' }), 'base.family', 'no family that is supported', 'use "alpine"'],
  ['a family that every object has', base({ family: 'constructor' }), 'base.family', 'no family that is supported', 'use "alpine"'],
  ['edge', base({ version: 'edge' }), 'base.version', 'no version of Alpine', '"3.23.5"'],
  ['a version with a tag behind it', base({ version: '3.23@x' }), 'base.version', 'no version of Alpine', '"3.23.5"'],
  ['an Alpine that is too old', base({ version: '3.20.3' }), 'base.version', 'before 3.21 is no longer maintained', 'a newer one'],
  ['an unknown suite', base({ family: 'debian', version: 'buster' }), 'base.version', 'no suite of Debian', '"bookworm"'],
  ['a suite with its flavour', base({ family: 'debian', version: 'trixie-slim' }), 'base.version', 'no suite of Debian', 'use "trixie"'],
  ['a short digest', base({ version: '3.23.6', digest: 'sha256:abc' }), 'base.digest', 'no image digest', 'imagetools inspect'],
  [
    'an upper-case digest',
    base({ version: '3.23.6', digest: SHA256.toUpperCase() }),
    'base.digest',
    'no image digest',
    'imagetools inspect',
  ],
  [
    'a digest of another kind',
    base({ version: '3.23.6', digest: `sha512:${'0'.repeat(128)}` }),
    'base.digest',
    'no image digest',
    'imagetools inspect',
  ],
  ['a digest without its version', base({ digest: SHA256 }), 'base.version', 'the default moves with the release', 'name the version'],
  ['a repository with its tag', base({ repository: 'alpine:3.23' }), 'base.repository', 'neither tag nor digest', 'such as "alpine"'],
  [
    'a repository with its digest',
    base({ repository: `ghcr.io/a/alpine@${SHA256}` }),
    'base.repository',
    'neither tag nor digest',
    'such as "alpine"',
  ],
  [
    'an upper-case repository',
    base({ repository: 'Library/Alpine' }),
    'base.repository',
    'no part of an image name',
    'write "library/alpine"',
  ],
  ['a repository on a host that is none', base({ repository: 'a..b/alpine' }), 'base.repository', 'no registry host', '"ghcr.io"'],
  [
    'a repository with a scheme',
    base({ repository: 'https://a.example/alpine' }),
    'base.repository',
    'no scheme',
    'write "a.example/alpine"',
  ],
  [
    'a package mirror without scheme',
    base({ packageMirror: 'mirrors.aliyun.com/alpine' }),
    'base.packageMirror',
    'no scheme',
    '"https://"',
  ],
  [
    'a package mirror with a slash',
    base({ packageMirror: 'https://a.example/alpine/' }),
    'base.packageMirror',
    'ends with a slash',
    'write "https://a.example/alpine"',
  ],
  [
    'a package mirror that ends its command',
    base({ packageMirror: 'https://a.example/|id' }),
    'base.packageMirror',
    'no plain web address',
    'percent-encode',
  ],
  [
    "Alpine's mirror for Debian",
    base({ family: 'debian', packageMirror: 'https://a.example/alpine' }),
    'base.packageMirror',
    'packages of alpine',
    'a mirror of debian',
  ],
];

/** Faults of a folder, as what it may be. */
function whyNot(key: string, folder: string): string {
  return faultsOf({ name: 'openresty', owner: 'dianplus', layout: { preset: 'dianplus', [key]: folder } })
    .filter(({ path }) => path === `layout.${key}`)
    .map(({ why }) => why)
    .join('; ');
}

const SYSTEM = `
  /bin /boot /etc /home /lib /lib64 /media /mnt /opt /run /sbin /srv /tmp /usr /var
  /usr/bin /usr/include /usr/lib /usr/libexec /usr/sbin /usr/share /usr/src
  /usr/local /usr/local/bin /usr/local/lib /usr/local/sbin /usr/local/share
  /var/cache /var/lib /var/lock /var/log /var/opt /var/run /var/spool /var/tmp
  /etc/apk /etc/apt /etc/ssl /lib/apk /usr/lib/apk /var/lib/apk /var/lib/dpkg`;

describe('bad folders', () => {
  testBadConfigs(folders);

  test.each(SYSTEM.trim().split(/\s+/))('%s belongs to the distribution', (folder) => {
    expect(whyNot('runDir', folder)).toContain('belongs to the distribution');
  });

  test.each(
    `
    /dev /proc /sys /root /usr/share/lua /usr/lib/lua /usr/local/share/lua /usr/local/lib/lua
    /etc/passwd /etc/group /etc/shadow /etc/os-release /usr/lib/os-release`
      .trim()
      .split(/\s+/),
  )('nothing lies in %s', (folder) => {
    expect(whyNot('binary', folder)).toMatch(/no folder of an image|only root|distribution/);
    expect(whyNot('runDir', `${folder}/x`)).toMatch(/no folder of an image|only root|distribution/);
  });

  test.each(['/archives', '/build', '/lualib', '/modules', '/rootfs', '/smoke', '/unpacked'])('%s is used by the build', (folder) => {
    expect(whyNot('modulesDir', `${folder}/x`)).toContain(`the build itself uses ${folder}`);
  });

  test.each(['bin', 'luajit', 'lualib', 'openssl3', 'pcre2', 'pod', 'resty.index', 'site'])(
    "%s in the prefix is OpenResty's own",
    (name) => {
      expect(whyNot('modulesDir', `/opt/openresty/${name}/x`)).toContain(`/opt/openresty/${name} is OpenResty's own`);
    },
  );

  test.each(['/run', '/var/run', '/tmp', '/var/tmp', '/run/lock', '/var/lock'])('what lies in %s may be gone', (folder) => {
    expect(whyNot('modulesDir', `${folder}/x`)).toContain('is gone when something is mounted there');
  });

  test.each(['/bin', '/sbin', '/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin'])('a binary in %s keeps its name', (folder) => {
    expect(whyNot('binary', `${folder}/env`)).toContain('it might replace one');
    expect(whyNot('binary', `${folder}/nginx`)).toBe('');
    expect(whyNot('binary', `${folder}/nginx/x`)).toBe('');
  });
});

describe('bad accounts', () => {
  testBadConfigs(accounts);
});

describe('bad bases', () => {
  testBadConfigs(bases);
});

describe('unusual ones that are fine', () => {
  testGoodConfigs([
    ['a prefix of its own with the other folders in it', layout({ prefix: '/usr/local/openresty' })],
    ['an OpenResty in /srv', layout({ ...DIANPLUS, prefix: '/srv/openresty', binary: '/srv/openresty/nginx/sbin/nginx' })],
    ['the longest path', layout({ runDir: `/var/${'x'.repeat(75)}` })],
    ['a run folder in /tmp', layout({ runDir: '/tmp/nginx' })],
    ['neighbours whose names begin alike', layout({ ...DIANPLUS, runDir: '/var/log/openresty-run', modulesDir: '/opt/openresty-modules' })],
    ['the highest number that Debian leaves', layout({ uid: 65533, gid: 65533 }, 'debian')],
    ["a number that is the other family's", layout({ uid: 33, gid: 33 })],
    ['a pinned Alpine from a mirror', base({ version: '3.23.6', digest: SHA256, repository: 'mirror.example:5000/library/alpine' })],
    ['an owner that is nearly a host', base({ repository: 'localhosts/alpine' })],
    ['a host on this machine', base({ repository: 'localhost/alpine' })],
    ['a series of Alpine', base({ version: '3.24' })],
    ['a Debian mirror', base({ family: 'debian', packageMirror: 'http://127.0.0.1:8080/debian' })],
  ]);
});

test('an unknown family is told once, without what is said of the other one', () => {
  const options = {
    name: 'openresty',
    owner: 'dianplus',
    base: { family: 'ubuntu', version: 'noble', packageMirror: 'https://a.example/ubuntu' },
  };
  expect(faultsOf(options).map(({ path }) => path)).toEqual(['base.family']);
});
