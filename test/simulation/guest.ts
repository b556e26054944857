import { RUNNER_TAGS } from '../../src/core/identity';
import { idleSeconds } from '../../src/core/time-to-live';
import type { ModelEc2, ModelInstance } from '../models/ec2';
import type { World } from './world';

/** How a guest turns out. */
type Fortune =
  | 'fine'
  /** Its set-up fails: off after a grace. */
  | 'set-up fails'
  /** It never gets to the runner; its timers work. */
  | 'hangs'
  /** It never boots: no timer, no runner. */
  | 'dead';

/** A machine's guest, as far as its timers and its runner are concerned. */
export class Guest {
  /** When its time ends. */
  readonly expires: number;
  job: 'none' | 'running' | 'over' = 'none';

  constructor(
    private readonly world: World,
    readonly ec2: ModelEc2,
    readonly machine: ModelInstance,
  ) {
    const { chance, clock, habits } = world;
    this.expires = Date.parse(machine.tags[RUNNER_TAGS.expires]);
    const fortune: Fortune = chance.yes(habits.dead)
      ? 'dead'
      : chance.pick(['fine', 'fine', 'fine', 'fine', 'fine', 'fine', 'hangs', 'set-up fails']);
    const start = clock.now() + chance.between(3, 20) * 1000;
    clock.at(start, () => ec2.run(machine));
    if (machine.market === 'spot' && chance.yes(habits.reclaim)) clock.at(start + chance.between(0, 3_000) * 1000, () => this.reclaim());
    if (fortune === 'dead') return;
    const first = start + chance.between(5, 40) * 1000;
    const { timeToLive } = world.config;
    clock.at(Math.min(first + timeToLive.totalSeconds * 1000, this.expires), () => this.off());
    clock.at(first + idleSeconds(timeToLive) * 1000, () => this.job === 'none' && this.off());
    const ready = first + chance.between(10, 150) * 1000;
    if (fortune === 'set-up fails') clock.at(ready + 60_000, () => this.off());
    if (fortune === 'fine') clock.at(ready, () => this.online());
  }

  get alive(): boolean {
    return this.ec2.stateOf(this.machine) === 'running';
  }

  get registration(): number {
    return Number(this.machine.tags[RUNNER_TAGS.registration]);
  }

  /** Powers itself off. */
  off(): void {
    this.ec2.shutDown(this.machine, 'Client.InstanceInitiatedShutdown', 'Instance initiated');
    this.world.offline(this);
  }

  private reclaim(): void {
    this.ec2.shutDown(this.machine, 'Server.SpotInstanceTermination', 'Server.SpotInstanceTermination');
    this.world.offline(this);
  }

  private online(): void {
    const runner = this.world.github.registered.find(({ id }) => id === this.registration);
    if (!this.alive || !runner) return; // its configuration is worth nothing any more
    runner.online = true;
    this.world.github.note();
  }
}
