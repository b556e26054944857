/**
 * From boot to "runner listening" in a guest: the user-data of this project against one
 * that does what other actions do, an update and an installation by the package manager,
 * a download that nothing pins, `config.sh` and `run.sh`.
 *
 * It stands for the work of the two set-ups on the same machine with the same network,
 * and not for a boot of EC2: the guest is a container, so that the kernel's own start is
 * in neither time; the site with the archives and the mirror of Debian's packages are on
 * this machine and answer from memory; the runner's archive is a stub, and its
 * `config.sh`, which would talk to GitHub, costs nothing. BuildKit and buildx are the
 * real ones, and ours is ready to build when it listens. All that favours theirs: they get
 * docker's package without its start, dpkg does not wait for the disk, and the mirror
 * does not wait for the network.
 */
import * as path from 'node:path';
import { timeToLive } from '../../src/core/time-to-live';
import { renderUserData } from '../../src/runtime/runner/user-data';
import { debianMirror } from '../engines/debian';
import { startGuest } from '../engines/guest';
import { guestArchives, JIT_CONFIG } from '../engines/guest-archives';
import { type Answer, SITE, startGuestNetwork } from '../engines/guest-network';
import { versions } from '../engines/versions';
import { median, type Row, row } from './measure';

const RUNS = 3;
const LONGEST_SECONDS = 600;

/** As the user-data of other actions goes about it. */
const THEIRS = `#!/bin/bash
set -e
export DEBIAN_FRONTEND=noninteractive RUNNER_ALLOW_RUNASROOT=1
apt-get update
apt-get upgrade -y
apt-get install -y --no-install-recommends docker.io git jq libicu72 curl unzip
mkdir /actions-runner && cd /actions-runner
curl -fsSL -o runner.tar.gz ${SITE}/runner
tar xzf runner.tar.gz
export ACTIONS_RUNNER_INPUT_JITCONFIG=${JIT_CONFIG}
./run.sh > /dev/console 2>&1
`;

/** Files of their machine: the mirror, and no start of what is installed. */
const THEIR_FILES = {
  'etc/apt/sources.list': `deb [check-valid-until=no] ${SITE}/debian ${versions.guest} main\n`,
  'usr/sbin/policy-rc.d': '#!/bin/sh\nexit 101\n',
};

/** Debian's packages as this machine reaches them; what was asked for once is answered from memory. */
async function cachedMirror(): Promise<(urlPath: string) => Promise<Answer>> {
  const { uri } = await debianMirror();
  const cache = new Map<string, Promise<Answer>>();
  const ask = async (urlPath: string): Promise<Answer> => {
    const answer = await fetch(new URL(path.posix.relative('/debian', urlPath), uri.replace(/\/*$/, '/')));
    return answer.ok ? Buffer.from(await answer.arrayBuffer()) : answer.status;
  };
  return (urlPath) => {
    const known = cache.get(urlPath) ?? ask(urlPath);
    cache.set(urlPath, known);
    return known;
  };
}

/** Boot to "runner listening", in turn. */
export async function benchBoot(): Promise<Row[]> {
  const archives = await guestArchives();
  const mirror = await cachedMirror();

  const seconds = async (userData: string, files: Readonly<Record<string, string>> = {}): Promise<number> => {
    const network = await startGuestNetwork();
    for (const [urlPath, answer] of archives.answers) network.answers.set(urlPath, answer);
    network.otherwise(mirror);
    const guest = await startGuest({ userData, network, files });
    try {
      await guest.says('Listening for Jobs', LONGEST_SECONDS);
      return guest.seconds();
    } finally {
      await guest.cut();
      await network.stop();
    }
  };
  const ours = () =>
    seconds(
      renderUserData({
        name: 'spot-1-1-amd64-1',
        jitConfig: JIT_CONFIG,
        timeToLive: timeToLive(60),
        expires: new Date(Date.now() + 3_600_000),
        tools: archives.tools,
      }),
    );
  const theirs = () => seconds(THEIRS, THEIR_FILES);

  await ours();
  await theirs(); // fills the mirror's memory, and is not counted
  const [own, other]: number[][] = [[], []];
  for (let run = 0; run < RUNS; run++) {
    own.push(await ours());
    other.push(await theirs());
  }
  return [row('boot to runner listening, seconds', median(own), median(other), 0.5)];
}
