/**
 * Which folders of a layout may lie in which: what is written to must not hold
 * what is run or read, and nothing may lie where something else is put or removed.
 */
import type { Layout } from './config';
import type { Faults } from './fault';

type Folder = 'prefix' | 'confDir' | 'modulesDir' | 'logDir' | 'runDir';
const FOLDERS: readonly Folder[] = ['prefix', 'confDir', 'modulesDir', 'logDir', 'runDir'];

/** Folders that a distribution owns: to hand one over to the image's user, or to put files in it, would break what else is there. */
const SYSTEM = [
  ...['/boot', '/etc', '/home', '/lib64', '/media', '/mnt', '/opt', '/run', '/srv', '/tmp', '/usr', '/var'],
  ...['/usr/bin', '/usr/include', '/usr/lib', '/usr/libexec', '/usr/sbin', '/usr/share', '/usr/src'],
  ...['/usr/local', '/usr/local/bin', '/usr/local/lib', '/usr/local/sbin', '/usr/local/share'],
  ...['/run/lock', '/var/cache', '/var/lib', '/var/log', '/var/opt', '/var/spool', '/var/tmp'],
];

/** Where commands are found, under the names they have. */
const COMMANDS = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin'];

/** Where nothing of the layout can lie, and why not. */
const UNFIT: readonly { readonly why: string; readonly places: readonly string[] }[] = [
  { why: 'it is no folder of an image', places: ['/dev', '/proc', '/sys'] },
  { why: 'only root may enter it', places: ['/root'] },
  {
    why: "it belongs to the distribution's packages",
    places: ['/etc/apk', '/etc/apt', '/etc/ssl', '/usr/lib/apk', '/usr/lib/lua', '/usr/share/lua', '/var/lib/apk', '/var/lib/dpkg'],
  },
  { why: "the distribution's Lua packages are linked there", places: ['/usr/local/lib/lua', '/usr/local/share/lua'] },
  {
    why: "it is a file of the distribution's",
    places: ['/etc/group', '/etc/os-release', '/etc/passwd', '/etc/shadow', '/usr/lib/os-release'],
  },
];

/** Where something else may be mounted when the image runs: what lies there is made at run time. */
const VOLATILE = ['/run', '/tmp', '/var/tmp'];

/** Folders of the build itself, in its own stages and in the one that tests the image. */
const BUILD = ['/archives', '/build', '/lualib', '/modules', '/rootfs', '/smoke', '/unpacked'];

/** What is OpenResty's own below its prefix, and is installed, thinned out or linked there. `nginx` is missing: the upstream layout has its folders in it. */
const OWN = ['bin', 'luajit', 'lualib', 'openssl3', 'pcre2', 'pod', 'resty.index', 'site'];

/** Pairs that must not lie inside one another, and why not. */
const APART: readonly { readonly a: Folder; readonly b: Folder; readonly why: string }[] = [
  { a: 'runDir', b: 'prefix', why: 'what the image writes to must not hold what it runs' },
  { a: 'runDir', b: 'confDir', why: 'what the image writes to must not hold its configuration' },
  { a: 'runDir', b: 'modulesDir', why: 'what the image writes to must not hold what it runs' },
  { a: 'logDir', b: 'confDir', why: 'the build makes the folder of the logs anew' },
  { a: 'logDir', b: 'modulesDir', why: 'the build makes the folder of the logs anew' },
  { a: 'logDir', b: 'runDir', why: 'the build makes the folder of the logs anew' },
  { a: 'confDir', b: 'modulesDir', why: 'a configuration that is mounted over the folder would hide the modules' },
];

/** Folders that are links in today's distributions. */
const LINKS: readonly (readonly [string, string])[] = [
  ['/var/run', '/run'],
  ['/var/lock', '/run/lock'],
  ['/bin', '/usr/bin'],
  ['/sbin', '/usr/sbin'],
  ['/lib', '/usr/lib'],
];

/** The path that a path really is. */
function real(path: string): string {
  const link = LINKS.find(([from]) => path === from || path.startsWith(`${from}/`));
  return link ? link[1] + path.slice(link[0].length) : path;
}

function isInside(inner: string, outer: string): boolean {
  return `${real(inner)}/`.startsWith(`${real(outer)}/`);
}

function checkPlaces(faults: Faults, layout: Layout): void {
  for (const key of [...FOLDERS, 'binary'] as const) {
    const place = layout[key];
    const unfit = UNFIT.find(({ places }) => places.some((folder) => isInside(place, folder)));
    const volatile = VOLATILE.find((folder) => key !== 'runDir' && isInside(place, folder));
    const build = BUILD.find((folder) => isInside(place, folder));
    const own = OWN.map((name) => `${layout.prefix}/${name}`).find((folder) => isInside(place, folder));
    if (unfit) faults.add(`layout.${key}`, place, unfit.why, 'put it elsewhere');
    if (volatile)
      faults.add(`layout.${key}`, place, `what lies in ${volatile} is gone when something is mounted there`, 'put it elsewhere');
    if (build) faults.add(`layout.${key}`, place, `the build itself uses ${build}`, 'put it elsewhere');
    if (own) faults.add(`layout.${key}`, place, `${own} is OpenResty's own`, 'put it elsewhere');
  }
  for (const key of FOLDERS) {
    if (SYSTEM.includes(real(layout[key]))) {
      faults.add(
        `layout.${key}`,
        layout[key],
        'this folder belongs to the distribution',
        `use a folder of its own in it, such as "${layout[key]}/openresty"`,
      );
    }
  }
}

function checkBinary(faults: Faults, { binary, ...layout }: Layout): void {
  const path = 'layout.binary';
  for (const key of FOLDERS) {
    if (isInside(layout[key], binary))
      faults.add(`layout.${key}`, layout[key], `layout.binary (${binary}) is a file, not a folder`, 'put it elsewhere');
    else if (key !== 'prefix' && isInside(binary, layout[key]))
      faults.add(path, binary, `it lies in layout.${key} (${layout[key]})`, 'put the binary elsewhere');
  }
  // Folders that OpenResty's own installation makes.
  const made = ['', '/conf', '/html', '/logs', '/modules'].map((name) => `${layout.prefix}/nginx${name}`);
  if (made.some((place, i) => (i === 0 ? binary === place : isInside(binary, place)))) {
    faults.add(path, binary, `OpenResty makes folders in ${layout.prefix}/nginx`, `write "${layout.prefix}/nginx/sbin/nginx"`);
  }
  const [folder, name] = [binary.replace(/\/[^/]*$/, ''), binary.replace(/^.*\//, '')];
  if (COMMANDS.includes(real(folder)) && !/nginx|openresty/.test(name)) {
    faults.add(path, binary, 'among the commands of the distribution it might replace one', `write "${folder}/nginx"`);
  }
}

/** Checks where the folders and the binary lie. The paths are plain ones. */
export function checkFolders(faults: Faults, layout: Layout): void {
  checkPlaces(faults, layout);
  for (const { a, b, why } of APART) {
    if (isInside(layout[a], layout[b]) || isInside(layout[b], layout[a])) {
      faults.add(
        `layout.${a}`,
        layout[a],
        `it and layout.${b} (${layout[b]}) lie inside one another; ${why}`,
        'give each a folder of its own',
      );
    }
  }
  for (const key of ['confDir', 'modulesDir', 'logDir'] as const) {
    if (isInside(`${layout.prefix}/nginx`, layout[key])) {
      faults.add(`layout.${key}`, layout[key], `it holds ${layout.prefix}/nginx, OpenResty's own folder`, 'give it a folder of its own');
    }
  }
  checkBinary(faults, layout);
}
