import { RUNNER_TAGS, type RunnerIdentity } from '../../core/identity';
import { classifyFleetError, type ErrorClass } from '../../core/runner/cloud-error';
import { follow, type LifeEvent, type LifeState } from '../../core/runner/life';
import type { NextTry, Target } from '../../core/runner/next-try';
import type { Ec2, FleetAnswer, FleetRequest } from '../edges/ec2';
import type { Registration } from '../edges/github';
import { Refusal } from '../failure';
import { abortable } from './abortable';
import { ask } from './ask';
import { waitUntilOnline } from './online';
import { withOwnTemplate } from './own-template';
import { explainFleetErrors } from './reasons';
import type { Prepared } from './request';
import type { Scene } from './scene';
import { machineImage } from './template';
import { LONGEST_CALL_MS, lateEc2, timely } from './timely';
import { renderUserData } from './user-data';

/** One try: one identity, one place, one registration. */
export interface Try {
  readonly identity: RunnerIdentity;
  readonly target: Target;
  readonly registration: Registration;
  state: LifeState;
}

/** A machine, as EC2 named it. */
export type Named = FleetAnswer['instances'][number];

/** What one try came to. */
export type Outcome =
  | { readonly ok: true; readonly machine: Named; readonly region: string }
  | { readonly ok: false; readonly classes: readonly ErrorClass[]; readonly why: string };

/** What to do about an error of a whole call, which has been sent so often. */
export type Decide = (kind: ErrorClass, sent: number) => NextTry;

type Ready = Prepared & { ok: true };

function move(current: Try, event: LifeEvent): void {
  current.state = follow(current.state, event);
}

/** More than one machine is never kept. Whatever of this fails is done with the next look at the machine. */
async function endSurplus(ec2: Ec2, ids: readonly string[], { clock, signal }: Scene): Promise<void> {
  if (ids.length === 0) return;
  const ended = timely(ec2.terminate(ids), LONGEST_CALL_MS.look, clock, () => lateEc2(ec2.region, 'TerminateInstances'));
  await abortable(
    ended.catch(() => undefined),
    signal,
  );
}

/** The guest's user-data. */
function userDataOf({ identity, registration }: Try, { facts, config, expires, nonce }: Scene): string {
  const tools = config.guestTools[facts.machine.cpu];
  if (!tools)
    throw new Refusal(`The config has no downloads for ${facts.machine.cpu} guests. It is generated: run "npx projen" and commit it.`);
  // the tools' addresses are those of the mirrors already
  const { timeToLive, proxy } = config;
  return renderUserData({ name: identity.name, jitConfig: registration.jitConfig, timeToLive, expires, tools, nonce, proxy });
}

async function askFor(
  current: Try,
  { ec2, template, data, candidates, maxPrice }: Ready,
  scene: Scene,
  decide: Decide,
): Promise<FleetAnswer> {
  const { identity, registration, target } = current;
  const { clock, report, signal, traces } = scene;
  const userData = userDataOf(current, scene);
  const tags = {
    ...identity.tags,
    [RUNNER_TAGS.registration]: String(registration.id),
    [RUNNER_TAGS.expires]: scene.expires.toISOString(),
  };
  const send = (request: FleetRequest) => {
    report.doing = `asking ${ec2.region} for a machine`;
    report.log(`Asking ${ec2.region} for one of ${candidates.length} candidates, ${target.market}.`);
    move(current, 'asked');
    return ask(
      {
        ec2,
        request,
        sent: (answer) => traces.asked.push({ ec2, answer }),
        lost: () => move(current, 'lost'),
        decide,
      },
      { clock, report },
      signal,
    );
  };
  const image = machineImage(scene.facts.machine);
  const request = { market: target.market, clientToken: identity.clientToken, template, image, candidates, maxPrice, tags };
  if (!scene.withoutUserData.has(ec2.region)) return send({ ...request, userData });
  const name = `spot-image-${identity.name}-${registration.id}`;
  return withOwnTemplate({ ec2, name, data, userData, tags }, scene, () => send({ ...request, template: name }));
}

async function waitFor(current: Try, machine: Named, ec2: Ec2, scene: Scene): Promise<Outcome> {
  const { clock, report, github } = scene;
  report.doing = `waiting for the runner on ${machine.id}`;
  const waited = await waitUntilOnline(
    { clock, report, github },
    {
      registration: current.registration.id,
      deadline: scene.deadline,
      machine: async () => {
        const own = await scene.lookAtNeighbours();
        const surplus = own.filter(({ id, state }) => id !== machine.id && (state === 'pending' || state === 'running'));
        for (const { id, region } of surplus) await endSurplus(await scene.ec2(region), [id], scene);
        return own.find(({ id }) => id === machine.id);
      },
    },
    scene.signal,
  );
  switch (waited.kind) {
    case 'online':
      move(current, 'online');
      return { ok: true, machine, region: ec2.region };
    case 'gone':
      throw new Refusal(
        'GitHub has no registration of the runner any more: another launch for the same job took its place, somebody removed it, or it was used. Use "Re-run all jobs".',
      );
    case 'late':
      throw new Refusal(
        `The runner was not online in time; it is ${waited.state}. The machine's console (EC2, "Get system log", lines with "spot-image:") tells how far it came; it needs a way out to the internet.`,
      );
    case 'died': {
      const { state, reason, reasonCode } = waited.machine;
      const why = `${machine.id} is ${state}${reason ? ` (${reason})` : ''} before its runner was online`;
      // what EC2 itself ended may do better elsewhere; what the guest or a person ended would end again
      if (reasonCode?.startsWith('Server.')) return { ok: false, classes: ['capacity'], why };
      throw new Refusal(`${why}. Use "Re-run all jobs".`);
    }
  }
}

/**
 * Asks in one place, and waits for the runner.
 *
 * @param decide what to do about an error of the whole call
 * @returns the machine, or a clear "no" that leaves none
 * @throws Refusal if the runner does not come; CloudError if it stays unknown whether there is a machine
 */
export async function attempt(current: Try, prepared: Prepared, scene: Scene, decide: Decide): Promise<Outcome> {
  if (!prepared.ok) return { ok: false, classes: [prepared.kind], why: prepared.reason };
  const { ec2 } = prepared;
  const answer = await askFor(current, prepared, scene, decide);
  const [machine, ...surplus] = answer.instances;
  const { repository } = scene.facts;
  for (const { id } of answer.instances) scene.schedules.plan({ repository, region: ec2.region, id }, current.identity.name, scene.expires);
  if (!machine) return { ok: false, classes: answer.errors.map(classifyFleetError), why: explainFleetErrors(answer.errors) };
  move(current, 'named');
  await endSurplus(
    ec2,
    surplus.map(({ id }) => id),
    scene,
  );
  scene.report.log(`${machine.id} (${machine.type}, ${current.target.market}) is starting in ${ec2.region}.`);
  return waitFor(current, machine, ec2, scene);
}
