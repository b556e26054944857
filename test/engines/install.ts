import { debianRootfs } from './base-images';
import { ensurePackages } from './debian';
import { installAct, installActionlint, installContainerTools, installCrane, installMetadataMock } from './go-tools';
import { guestRootfs } from './guest';
import { guestArchives } from './guest-archives';
import { installMoto, installParliament, installPythonLinters } from './python-tools';
import { ensureEmulation } from './qemu';
import { openrestySources } from './sources';
import { versions } from './versions';

/** Debian packages the engines need at run time. */
const packages = [
  'runc',
  'qemu-user-static',
  'mmdebstrap',
  'arch-test',
  'debian-archive-keyring',
  'util-linux',
  'xz-utils',
  'systemd-container',
];

type Step = readonly [name: string, install: () => Promise<unknown>];

/** Steps of one lane run one after another, the lanes side by side: one waits for the network while another compiles. */
const lanes: ReadonlyArray<readonly Step[]> = [
  [
    ['Debian packages', () => ensurePackages(packages)],
    ['qemu for linux/arm64', () => ensureEmulation(['linux/arm64'])],
    [`debian ${versions.debian} linux/arm64`, () => debianRootfs('linux/arm64')],
    [`debian ${versions.debian} linux/amd64`, () => debianRootfs('linux/amd64')],
  ],
  [
    [
      `buildkit ${versions.buildkit}, buildx ${versions.buildx}, docker ${versions.docker}, registry ${versions.registry}`,
      installContainerTools,
    ],
    [`act ${versions.act}`, installAct],
    [`crane ${versions.crane}`, installCrane],
    [`actionlint ${versions.actionlint}`, installActionlint],
  ],
  [
    [`moto ${versions.moto}`, installMoto],
    [`zizmor ${versions.zizmor}, hadolint ${versions.hadolint}, shellcheck ${versions.shellcheck}`, installPythonLinters],
    [`parliament ${versions.parliament}`, installParliament],
    ['source archives', () => openrestySources()],
    [`guest debian ${versions.guest}`, guestRootfs],
    [`metadata service ${versions.metadataMock}`, installMetadataMock],
    ["a guest's archives", guestArchives],
  ],
];

/**
 * Installs every engine that is not in the cache yet: about six minutes on a bare machine,
 * a second on a warm one. `report` gets one line for each. Throws when one cannot be installed,
 * after the others have been tried.
 */
export async function installEngines(report: (line: string) => void = () => undefined): Promise<void> {
  const outcomes = await Promise.allSettled(
    lanes.map(async (lane) => {
      for (const [name, install] of lane) {
        const started = Date.now();
        await install();
        report(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${name}`);
      }
    }),
  );
  const problems = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [(outcome.reason as Error).message] : []));
  if (problems.length > 0) throw new Error(problems.join('\n\n'));
}

if (require.main === module) {
  installEngines(console.log).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
