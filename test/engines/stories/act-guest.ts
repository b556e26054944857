/**
 * What a guest does besides taking a job, where act plays the job on this very machine:
 * it says who it is, under the path of a real guest.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { GUEST_IDENTITY_FILE, type GuestIdentity } from '../../../src/core/guest-identity';
import { sdkEc2 } from '../../../src/runtime/edges/ec2-sdk';
import type { AwsProxy } from '../../models/aws-proxy';
import { temporaryFolder } from '../index';

/** The guests of one story. */
export interface Guests {
  /** Variables of the run: what a runner tells its jobs, which act does not. */
  readonly env: Readonly<Record<string, string>>;
  /** Identities in the order of the launches, as they were written. */
  readonly identities: readonly GuestIdentity[];
  /** What the nth guest says of itself; from 1. By default the truth. */
  says: (truth: GuestIdentity, nth: number) => GuestIdentity;
  /** Did Spot take the nth machine back? From 1; by default none. */
  reclaimed: (nth: number) => boolean;
  /** Called when the nth guest has booted. */
  booted: (nth: number) => void;
  remove(): void;
}

/** What the user-data of a launch gives the guest to say. */
function given(parameters: URLSearchParams): Pick<GuestIdentity, 'runnerName' | 'nonce'> {
  const [, encoded] = [...parameters].find(([key]) => key.endsWith('UserData')) ?? [];
  if (encoded === undefined) throw new Error(`The fleet request has no user-data: ${[...parameters.keys()].join(', ')}`);
  const userData = Buffer.from(encoded, 'base64').toString();
  const packed = /encoding: gz\+b64\n\s+content: (\S+)/.exec(userData)?.[1] ?? '';
  const said = /"\$id" '([^']*)' '([^']*)' "\$type"/.exec(gunzipSync(Buffer.from(packed, 'base64')).toString());
  if (!said) throw new Error("The guest's set-up does not say who it is.");
  return { runnerName: said[1], nonce: said[2] };
}

/** Boots a guest with every machine that is launched through the proxy. Needs the right to write below /run. */
export function bootGuests(aws: AwsProxy, region: string): Guests {
  if (fs.existsSync(path.dirname(GUEST_IDENTITY_FILE)))
    throw new Error(`${path.dirname(GUEST_IDENTITY_FILE)} is there: another story runs.`);
  fs.mkdirSync(path.dirname(GUEST_IDENTITY_FILE));
  const identities: GuestIdentity[] = [];
  const folder = temporaryFolder('guest');
  const runner = path.join(folder, 'runner');
  // bash reads it before each step: the runner's own variables
  fs.writeFileSync(runner, '');
  const guests: Guests = {
    env: { BASH_ENV: runner },
    identities,
    says: (truth) => truth,
    reclaimed: () => false,
    booted: () => undefined,
    remove: () => fs.rmSync(path.dirname(GUEST_IDENTITY_FILE), { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }),
  };
  aws.answered = async ({ action, parameters }, answer) => {
    if (action === 'DescribeInstances')
      return asReclaimed(answer, (id) => guests.reclaimed(1 + identities.findIndex((one) => one.instanceId === id)));
    const id = /<instanceIds>\s*<item>(i-[0-9a-f]+)</.exec(answer)?.[1];
    if (action !== 'CreateFleet' || id === undefined) return answer;
    const machine = (await sdkEc2(region).instances({})).find((one) => one.id === id);
    if (!machine) throw new Error(`EC2 does not know ${id}.`);
    const truth = { instanceId: id, ...given(parameters), instanceType: machine.type, zone: machine.zone };
    identities.push(truth);
    fs.writeFileSync(GUEST_IDENTITY_FILE, `${JSON.stringify(guests.says(truth, identities.length))}\n`);
    fs.writeFileSync(runner, `export RUNNER_NAME=${truth.runnerName}\n`);
    guests.booted(identities.length);
    return answer;
  };
  return guests;
}

/** Gives machines the reason of their end that EC2 gives when Spot takes them back; the emulator only knows that of a user. */
function asReclaimed(answer: string, reclaimed: (id: string) => boolean): string {
  return answer
    .split(/(?=<reservationId>)/)
    .map((part) => {
      const id = /<instanceId>(i-[0-9a-f]+)</.exec(part)?.[1] ?? '';
      return reclaimed(id) ? part.replaceAll('Client.UserInitiatedShutdown', 'Server.SpotInstanceTermination') : part;
    })
    .join('');
}
