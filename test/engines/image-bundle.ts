import * as fs from 'node:fs';
import * as path from 'node:path';

/** The part of an OCI image configuration that says how to start it. */
export interface ImageConfig {
  readonly User?: string;
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
  readonly WorkingDir?: string;
  readonly StopSignal?: string;
  readonly ExposedPorts?: Readonly<Record<string, unknown>>;
  readonly Labels?: Readonly<Record<string, string>>;
}

/** What a caller may add to or override in the image's own configuration, as with `docker run`. */
export interface ContainerOptions {
  /** Instead of ENTRYPOINT; CMD is then dropped as well. */
  readonly entrypoint?: readonly string[];
  /** Instead of CMD. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Instead of USER. */
  readonly user?: string;
  /** Nothing in the image may be written. */
  readonly readOnly?: boolean;
  /** Writable folders in memory. */
  readonly tmpfs?: readonly string[];
  /** Files or folders of this machine: path in the container → path here; read-only. */
  readonly mounts?: Readonly<Record<string, string>>;
}

/** A user by number. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
  readonly additionalGids: number[];
}

/** What Docker leaves to a container by default. */
const capabilities = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FSETID',
  'FOWNER',
  'MKNOD',
  'NET_RAW',
  'SETGID',
  'SETUID',
  'SETFCAP',
  'SETPCAP',
  'NET_BIND_SERVICE',
  'SYS_CHROOT',
  'KILL',
  'AUDIT_WRITE',
].map((name) => `CAP_${name}`);

/**
 * An OCI run-time configuration that starts the image in `rootfs` as Docker would: its own user,
 * process, environment; its own network, in which every port may be bound.
 * Throws when the image has no process or its USER is unknown.
 */
export function runtimeConfig(rootfs: string, image: ImageConfig, options: ContainerOptions): object {
  const entrypoint = options.entrypoint ?? image.Entrypoint ?? [];
  const args = [...entrypoint, ...(options.args ?? (options.entrypoint ? [] : (image.Cmd ?? [])))];
  if (args.length === 0) throw new Error('The image has neither ENTRYPOINT nor CMD; give args.');
  const user = resolveUser(rootfs, options.user ?? image.User ?? '');
  const root = user.uid === 0;
  const env = new Map((image.Env ?? []).map((pair) => [pair.split('=')[0], pair]));
  for (const [name, value] of Object.entries(options.env ?? {})) env.set(name, `${name}=${value}`);
  const mount = (destination: string, type: string, source: string, ...flags: string[]) => ({ destination, type, source, options: flags });
  return {
    ociVersion: '1.0.2',
    hostname: 'container',
    root: { path: rootfs, readonly: options.readOnly ?? false },
    process: {
      terminal: false,
      user,
      args,
      env: [...env.values()],
      cwd: image.WorkingDir || '/',
      noNewPrivileges: false,
      capabilities: {
        bounding: capabilities,
        effective: root ? capabilities : [],
        permitted: root ? capabilities : [],
        inheritable: [],
        ambient: [],
      },
    },
    mounts: [
      mount('/proc', 'proc', 'proc', 'nosuid', 'noexec', 'nodev'),
      mount('/dev', 'tmpfs', 'tmpfs', 'nosuid', 'strictatime', 'mode=755', 'size=65536k'),
      mount('/dev/pts', 'devpts', 'devpts', 'nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'),
      mount('/dev/shm', 'tmpfs', 'shm', 'nosuid', 'noexec', 'nodev', 'mode=1777', 'size=65536k'),
      mount('/sys', 'sysfs', 'sysfs', 'nosuid', 'noexec', 'nodev', 'ro'),
      ...(options.tmpfs ?? []).map((folder) => mount(folder, 'tmpfs', 'tmpfs', 'nosuid', 'nodev', 'mode=1777')),
      ...Object.entries(options.mounts ?? {}).map(([inside, here]) => mount(inside, 'bind', path.resolve(here), 'rbind', 'ro')),
    ],
    linux: {
      namespaces: ['pid', 'network', 'ipc', 'uts', 'mount'].map((type) => ({ type })),
      sysctl: { 'net.ipv4.ip_unprivileged_port_start': '0' }, // as Docker: a non-root process may bind port 80
      resources: { devices: [{ allow: false, access: 'rwm' }] },
      maskedPaths: ['/proc/acpi', '/proc/kcore', '/proc/keys', '/proc/timer_list', '/proc/scsi', '/sys/firmware'],
      readonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
    },
  };
}

/** USER as `name`, `uid`, `name:group` or `uid:gid`, by the image's own passwd and group files. Throws when unknown. */
export function resolveUser(rootfs: string, user: string): Identity {
  const [name, group] = user.split(':');
  const row = rows(rootfs, 'etc/passwd').find((fields) => fields[0] === (name || '0') || fields[2] === (name || '0'));
  if (!row && !/^\d*$/.test(name)) throw new Error(`The image's USER ${user} is not in its /etc/passwd.`);
  const groups = rows(rootfs, 'etc/group');
  const groupRow = group ? groups.find((fields) => fields[0] === group) : undefined;
  if (group && !groupRow && !/^\d+$/.test(group)) throw new Error(`The group of the image's USER ${user} is not in its /etc/group.`);
  return {
    uid: Number(row?.[2] ?? (name || 0)),
    gid: Number(group ? (groupRow?.[2] ?? group) : (row?.[3] ?? 0)),
    additionalGids: group
      ? []
      : groups.filter((fields) => row && fields[3]?.split(',').includes(row[0])).map((fields) => Number(fields[2])),
  };
}

function rows(rootfs: string, file: string): string[][] {
  const full = path.join(rootfs, file);
  return fs.existsSync(full)
    ? fs
        .readFileSync(full, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => line.split(':'))
    : [];
}
