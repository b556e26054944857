import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { installOnce } from './cache';
import { aptSettings, debianMirror, ensurePackages } from './debian';
import { killGroup, type Result, run, tail } from './exec';
import { atEnd } from './guard';
import type { GuestNetwork } from './guest-network';
import { temporaryFolder } from './process';
import { recipes, versions } from './versions';

/** A guest: a system of its own that cloud-init sets up from user-data. */
export interface Guest {
  /** Everything on its console so far, over all boots. */
  console(): string;
  /** Waits for a text on the console. Throws with the console's end after `seconds`, or when the guest is off. */
  says(text: string | RegExp, seconds: number): Promise<void>;
  /** Waits until it has powered itself off; returns the seconds since its (last) boot. Throws with the console's end after `seconds`. */
  off(seconds: number): Promise<number>;
  /** Seconds since its (last) boot. */
  seconds(): number;
  /** Runs a command in it as root. */
  run(command: string, ...args: string[]): Promise<Result>;
  /** Pulls the plug. */
  cut(): Promise<void>;
  /** Starts it again after `off` or `cut`, with the disk as it was left. */
  boot(): void;
}

/** What a guest is made of. */
export interface GuestOptions {
  readonly userData: string;
  readonly network: GuestNetwork;
  /** Files to put on the disk before the first boot: path → text, executable. */
  readonly files?: Readonly<Record<string, string>>;
}

const PACKAGES = ['systemd', 'systemd-sysv', 'dbus', 'cloud-init', 'iproute2', 'curl', 'ca-certificates', 'libseccomp2', 'procps'];

/**
 * The modules of cloud-init that this user-data uses, in the stages in which Amazon
 * Linux has them; the others set up what a container has not.
 */
const CLOUD_CONFIG = `datasource_list: [ NoCloud ]
network: { config: disabled }
cloud_init_modules: [ bootcmd, write-files ]
cloud_config_modules: [ runcmd ]
cloud_final_modules: [ scripts-user ]
`;

const NETWORK = `[Match]\nName=eth0\n[Network]\nAddress=10.99.0.2/24\nGateway=10.99.0.1\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n`;

/** The guest's file system: systemd and cloud-init of the age that Amazon Linux 2023 has, no packet filter command. */
export async function guestRootfs(): Promise<string> {
  const folder = await installOnce(`guest-${versions.guest}`, recipes.guestRootfs, async (temporary) => {
    await ensurePackages(['mmdebstrap', 'debian-archive-keyring', 'systemd-container']);
    const mirror = await debianMirror();
    const rootfs = path.join(temporary, 'rootfs');
    await run('unshare', [
      '--mount',
      'mmdebstrap',
      '--variant=minbase',
      '--mode=root',
      `--include=${PACKAGES.join(',')}`,
      ...['doc', 'man', 'locale'].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
      '--dpkgopt=force-unsafe-io',
      ...['Acquire::Languages "none"', ...(await aptSettings())].map((option) => `--aptopt=${option}`),
      // the timers of Debian's own have nothing to do with the story
      '--customize-hook=chroot "$1" systemctl disable apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service',
      '--customize-hook=chroot "$1" systemctl enable systemd-networkd.service',
      versions.guest,
      rootfs,
      `deb ${mirror.uri} ${versions.guest} ${mirror.component}`,
    ]);
    // kernel and graphics that a container has not
    for (const unit of ['console-getty.service', 'systemd-journal-flush.service'])
      fs.symlinkSync('/dev/null', path.join(rootfs, 'etc/systemd/system', unit));
    fs.writeFileSync(path.join(rootfs, 'etc/cloud/cloud.cfg.d/99-guest.cfg'), CLOUD_CONFIG);
    fs.writeFileSync(path.join(rootfs, 'etc/systemd/network/50-eth0.network'), NETWORK);
  });
  return path.join(folder, 'rootfs');
}

/**
 * Boots a guest. It is off when `systemd-nspawn` has ended, and boots again when
 * the guest asks for a reboot. It never outlives this process. Needs root.
 */
export async function startGuest({ userData, network, files = {} }: GuestOptions): Promise<Guest> {
  const rootfs = await guestRootfs();
  removeOldCgroups();
  const disk = temporaryFolder('guest');
  const put = (name: string, text: string, mode = 0o644) => {
    const file = path.join(disk, 'upper', name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text, { mode });
  };
  put('var/lib/cloud/seed/nocloud/user-data', userData);
  put('var/lib/cloud/seed/nocloud/meta-data', 'instance-id: i-1234567890abcdef0\n');
  for (const [name, text] of Object.entries(files)) put(name, text, 0o755);
  for (const name of ['work', 'root']) fs.mkdirSync(path.join(disk, name));
  const machine = new Machine(rootfs, disk, network.path);
  machine.boot();
  return machine;
}

/** Every hierarchy of control groups that this machine has. */
function cgroupRoots(): string[] {
  return ['/sys/fs/cgroup', '/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd'].filter((root) =>
    fs.existsSync(path.join(root, 'cgroup.procs')),
  );
}

let cleaned = false;

/** Removes, once, what guests of earlier processes left that were killed: a group in which a process runs cannot be removed. */
function removeOldCgroups(): void {
  if (cleaned) return;
  cleaned = true;
  for (const root of cgroupRoots()) {
    const left = fs.readdirSync(root).filter((name) => name.startsWith(CGROUP_PREFIX));
    for (const name of left)
      spawnSync('find', [path.join(root, name), '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';'], { stdio: 'ignore' });
  }
}

/** Of every guest's folder, and so of its control groups. */
const CGROUP_PREFIX = 'spot-image-guest-';

/** How `systemd-nspawn --keep-unit` says that the guest asks for a reboot. */
const REBOOT = 133;

class Machine implements Guest {
  private readonly log: string;
  private pid = -1;
  private booted = 0;
  private ended: number | undefined;
  private end: Promise<void> = Promise.resolve();

  constructor(
    private readonly rootfs: string,
    private readonly disk: string,
    private readonly networkPath: string,
  ) {
    this.log = path.join(disk, 'console');
    fs.writeFileSync(this.log, '');
  }

  boot(): void {
    const log = fs.openSync(this.log, 'a');
    // a mount namespace of its own: nothing stays mounted, however this ends
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'unshare', '--mount', '--propagation', 'private', 'sh', '-c', this.script()], {
      stdio: ['ignore', log, log],
      detached: true,
      env: {
        PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
        SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1',
        SYSTEMD_NSPAWN_API_VFS_WRITABLE: 'network',
      },
    });
    fs.closeSync(log);
    const release = atEnd(() => killGroup(child.pid));
    this.pid = child.pid ?? -1;
    this.booted = Date.now();
    this.ended = undefined;
    this.end = new Promise((resolve) => {
      child.on('exit', (code) => {
        release();
        if (code === REBOOT) {
          this.boot();
          return resolve(this.end);
        }
        this.ended = Date.now();
        this.removeCgroups();
        resolve();
      });
    });
  }

  console(): string {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
    return fs.readFileSync(this.log, 'utf8').replace(/\u001b\[[0-9;?]*[A-Za-z]|\r/g, '');
  }

  async says(text: string | RegExp, seconds: number): Promise<void> {
    const has = () => (typeof text === 'string' ? this.console().includes(text) : text.test(this.console()));
    const deadline = Date.now() + seconds * 1000;
    while (!has()) {
      if (this.ended !== undefined) throw this.problem(`is off and never said ${text}`);
      if (Date.now() > deadline) throw this.problem(`did not say ${text} in ${seconds} s`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async off(seconds: number): Promise<number> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, seconds * 1000);
    });
    await Promise.race([this.end, late]);
    clearTimeout(timer);
    if (this.ended === undefined) throw this.problem(`is still on after ${seconds} s`);
    return (this.ended - this.booted) / 1000;
  }

  seconds(): number {
    return (Date.now() - this.booted) / 1000;
  }

  run(command: string, ...args: string[]): Promise<Result> {
    const [init] = fs.readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, 'utf8').split(' ');
    return run('nsenter', ['--target', init, '--all', '--root', '--wd', command, ...args], {
      allowFailure: true,
      env: { PATH: '/usr/local/bin:/usr/bin:/usr/sbin' },
    });
  }

  async cut(): Promise<void> {
    killGroup(this.pid);
    await this.end;
  }

  private problem(what: string): Error {
    return new Error(`The guest ${what}. Its console ends:\n${tail(this.console(), 60)}`);
  }

  /** The guest's systemd needs a part of its own of every hierarchy. */
  private cgroups(): string[] {
    return cgroupRoots().map((root) => path.join(root, path.basename(this.disk)));
  }

  private removeCgroups(): void {
    for (const group of this.cgroups()) spawn('find', [group, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';'], { stdio: 'ignore' });
  }

  private script(): string {
    const { disk, rootfs } = this;
    const name = path.basename(disk).toLowerCase();
    return `set -e
for group in ${this.cgroups().join(' ')}; do mkdir -p $group; echo $$ > $group/cgroup.procs; done
mount -t overlay overlay -o lowerdir=${rootfs},upperdir=${disk}/upper,workdir=${disk}/work ${disk}/root
exec systemd-nspawn --quiet --directory ${disk}/root --machine ${name} --boot --register=no --keep-unit --console=read-only \\
  --network-namespace-path=${this.networkPath} --capability=all --system-call-filter='@keyring bpf' \\
  --resolv-conf=off --timezone=off --link-journal=no
`;
  }
}
