import { CloudError } from '../../src/runtime/edges/ec2';
import type { Schedule, Scheduler, Termination } from '../../src/runtime/edges/scheduler';
import type { VirtualClock } from './clock';
import type { Hook, ModelEc2 } from './ec2';

/** A schedule inside the model. */
export interface ModelSchedule extends Termination {
  readonly createdAt: number;
}

/**
 * EventBridge Scheduler in one region: what is planned happens at its time, whatever
 * became of who planned it, and is then forgotten (`ActionAfterCompletion: DELETE`).
 */
export class ModelScheduler implements Scheduler {
  readonly schedules = new Map<string, ModelSchedule>();
  /** Names of the calls, in order. */
  readonly calls: string[] = [];
  /** Terminations that were requested at their time. */
  readonly fired: ModelSchedule[] = [];
  /** Runs before a call; a throw is the call's failure. */
  before: Hook = () => undefined;
  /** Runs after a call took effect; a throw is a lost response. */
  after: Hook = () => undefined;

  constructor(
    private readonly ec2: ModelEc2,
    private readonly clock: VirtualClock,
  ) {}

  get region(): string {
    return this.ec2.region;
  }

  /** Error of a call that AWS refuses. */
  refusal(code: string): CloudError {
    return new CloudError(code, this.region, 'a call', 'refused', { service: 'Scheduler' });
  }

  private async call<T>(action: string, work: () => T): Promise<T> {
    this.calls.push(action);
    const nth = this.calls.filter((name) => name === action).length;
    await this.before(action, nth);
    const result = work();
    await this.after(action, nth);
    return result;
  }

  create(termination: Termination): Promise<void> {
    return this.call('create', () => {
      if (this.schedules.has(termination.name)) return;
      const schedule = { ...termination, createdAt: this.clock.now() };
      this.schedules.set(schedule.name, schedule);
      this.clock.at(schedule.at.getTime(), () => this.fire(schedule));
    });
  }

  private fire(schedule: ModelSchedule): void {
    if (this.schedules.get(schedule.name) !== schedule) return;
    this.schedules.delete(schedule.name);
    this.fired.push(schedule);
    this.ec2.end(schedule.instanceId);
  }

  remove(name: string): Promise<boolean> {
    return this.call('remove', () => this.schedules.delete(name));
  }

  list(prefix: string): Promise<Schedule[]> {
    return this.call('list', () =>
      [...this.schedules.values()].filter(({ name }) => name.startsWith(prefix)).map(({ name, createdAt }) => ({ name, createdAt })),
    );
  }
}
