import { GUEST_IDENTITY_FILE, type GuestIdentity, parseGuestIdentity } from '../../core/guest-identity';
import { PLATFORMS } from '../../core/platform';
import { type Announced, differences } from '../../core/runner/attestation';
import type { RuntimeArchitecture } from '../../core/runtime-config';
import type { Command, Context } from '../command';
import { messageOf, Refusal } from '../failure';
import { architectureFrom, variable } from '../run';

/** `uname -m` of EC2's machines of the architecture's CPU kind; where it is emulated, those are its host's. */
function machineOf({ name, spot }: RuntimeArchitecture): string {
  const platform = Object.values(PLATFORMS).find(({ ec2Cpu }) => ec2Cpu !== undefined && ec2Cpu === spot?.cpu);
  if (!platform) throw new Refusal(`${name} is not built on a Spot machine, so there is nothing to attest.`);
  return platform.machine;
}

function readIdentity(context: Context): GuestIdentity {
  try {
    return parseGuestIdentity(context.readFile(GUEST_IDENTITY_FILE));
  } catch (error) {
    throw new Refusal(
      `This machine cannot say who it is, so nothing is built on it: ${messageOf(error)} (${GUEST_IDENTITY_FILE}). ` +
        'It is none that this run launched, or its set-up did not finish.',
    );
  }
}

async function unameOf({ shell }: Context): Promise<string> {
  const { code, stdout, stderr } = await shell.run('uname', ['-m']);
  if (code !== 0) throw new Refusal(`"uname -m" failed: ${stderr.trim()}`);
  return stdout.trim();
}

/** `attest`: no job on the wrong machine. */
export const attestCommand: Command = {
  name: 'attest',
  summary: 'Proves that this machine is the one that was launched for the job.',
  help: `--arch NAME [--json]

  --arch NAME   The architecture that is to be built.

It compares what the launch announced with what root wrote on this machine before the
job could reach it (${GUEST_IDENTITY_FILE}), with the name of the runner, and
with uname -m. It fails, and names every difference, if anything is not the same.

Environment: RUNNER_NAME; of the launch's outputs EXPECTED_INSTANCE_ID,
EXPECTED_RUNNER_NAME, EXPECTED_NONCE, EXPECTED_INSTANCE_TYPE, EXPECTED_ZONE. One that is
empty is a difference.
`,
  options: { arch: { type: 'string' } },
  async run(values, context) {
    const { env } = context;
    const announced: Announced = {
      instanceId: env.EXPECTED_INSTANCE_ID ?? '',
      runnerName: env.EXPECTED_RUNNER_NAME ?? '',
      nonce: env.EXPECTED_NONCE ?? '',
      instanceType: env.EXPECTED_INSTANCE_TYPE ?? '',
      zone: env.EXPECTED_ZONE ?? '',
      machine: machineOf(architectureFrom(values, context.config())),
    };
    const identity = readIdentity(context);
    const seen = { identity, runnerName: variable(env, 'RUNNER_NAME'), machine: await unameOf(context) };
    const different = differences(announced, seen);
    if (different.length > 0) {
      const list = different.map(
        (one) =>
          `${one.what}: ${one.announced === '' ? 'the launch announced none' : `the launch announced ${one.announced}`}, here it is ${one.found || 'empty'}`,
      );
      throw new Refusal(`This is not the machine that was launched for this job, so nothing is built on it. ${list.join('; ')}.`);
    }
    const { instanceId, runnerName, instanceType, zone } = identity;
    return {
      json: { ...identity, machine: seen.machine },
      text: `This is ${instanceId} (${instanceType}, ${zone}, ${seen.machine}), launched as ${runnerName} for this job.`,
      outputs: {},
    };
  },
};
