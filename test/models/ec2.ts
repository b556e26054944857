import {
  CloudError,
  type Ec2,
  type FleetAnswer,
  type FleetError,
  type FleetRequest,
  type Instance,
  type LaunchTemplateData,
} from '../../src/runtime/edges/ec2';

/** What a test may do before or after a call: wait, count, or throw instead of it. */
export type Hook = (action: string, nth: number) => void | Promise<void>;

/** An instance inside the model. */
interface ModelInstance {
  readonly id: string;
  readonly type: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly userData: string;
  state: string;
  reason?: string;
}

/**
 * EC2 in one region, as far as launching and stopping see it: idempotent tokens,
 * termination that takes a look, capacity errors on demand, and a hook on every call.
 */
export class ModelEc2 implements Ec2 {
  readonly machines: ModelInstance[] = [];
  readonly templates = new Map<string, LaunchTemplateData>();
  readonly requests: FleetRequest[] = [];
  /** Names of the calls, in order. */
  readonly calls: string[] = [];
  zones = ['a', 'b', 'c'];
  /** Types that are not offered anywhere. */
  missingTypes: readonly string[] = [];
  /** What the next fleet requests answer instead of an instance. */
  fleetErrors: FleetError[][] = [];
  /** How many instances a fleet request gives: one is what was asked for. */
  generosity = 1;
  /** Whether tags are not yet seen: no instance is found by them. */
  hidden = false;
  /** Runs before a call; a throw is the call's failure. */
  before: Hook = () => undefined;
  /** Runs after a call took effect; a throw is a lost response. */
  after: Hook = () => undefined;
  private readonly tokens = new Map<string, FleetAnswer>();
  private next = 1;

  constructor(readonly region: string) {}

  /** A machine that is there already. */
  add(tags: Readonly<Record<string, string>>, state = 'running'): string {
    const id = `i-${this.region}-${this.next++}`;
    this.machines.push({ id, type: 'c7g.large', tags, userData: '', state });
    return id;
  }

  /** Instances that cost money. */
  get living(): string[] {
    return this.machines.filter(({ state }) => state !== 'terminated').map(({ id }) => id);
  }

  /** Error of a call that EC2 refuses. */
  refusal(code: string, message = 'refused'): CloudError {
    return new CloudError(code, this.region, 'a call', message);
  }

  private async call<T>(action: string, work: () => T): Promise<T> {
    this.calls.push(action);
    const nth = this.calls.filter((name) => name === action).length;
    await this.before(action, nth);
    const result = work();
    await this.after(action, nth);
    return result;
  }

  subnets(ids: readonly string[]) {
    return this.call('subnets', () => {
      const all = ids.length > 0 ? ids : this.zones.map((zone) => `subnet-${zone}`);
      return all.map((id, i) => ({ id, zone: `${this.region}${this.zones[i % this.zones.length]}` }));
    });
  }

  offerings(types: readonly string[]) {
    return this.call('offerings', () =>
      types
        .filter((type) => !this.missingTypes.includes(type))
        .flatMap((type) => this.zones.map((zone) => ({ type, zone: `${this.region}${zone}` }))),
    );
  }

  hasTemplate(name: string) {
    return this.call('hasTemplate', () => this.templates.has(name));
  }

  createTemplate(name: string, data: LaunchTemplateData) {
    return this.call('createTemplate', () => {
      this.templates.set(name, data);
    });
  }

  createFleet(request: FleetRequest) {
    return this.call('createFleet', (): FleetAnswer => {
      this.requests.push(request);
      if (!this.templates.has(request.template)) throw this.refusal('InvalidLaunchTemplateName.NotFoundException');
      const earlier = this.tokens.get(request.clientToken);
      if (earlier) return earlier;
      const errors = this.fleetErrors.shift();
      if (errors) return { instances: [], errors };
      const { type } = request.candidates[0];
      const instances = Array.from({ length: this.generosity }, () => ({ id: `i-${this.region}-${this.next++}`, type }));
      for (const { id } of instances) {
        this.machines.push({ id, type, tags: request.tags, userData: request.userData, state: 'pending' });
      }
      const answer = { instances, errors: [] };
      this.tokens.set(request.clientToken, answer);
      return answer;
    });
  }

  instances(tags: Readonly<Record<string, string>>) {
    return this.call('instances', (): Instance[] =>
      this.machines
        .filter((machine) => !this.hidden && Object.entries(tags).every(([key, value]) => machine.tags[key] === value))
        .map((machine) => {
          const { id, state, type, tags, reason } = machine;
          if (state === 'shutting-down') machine.state = 'terminated'; // by the next look
          return { id, state, type, tags, reason };
        }),
    );
  }

  terminate(ids: readonly string[]) {
    return this.call('terminate', () => {
      for (const id of ids) {
        const machine = this.machines.find((m) => m.id === id);
        if (!machine) throw this.refusal('InvalidInstanceID.NotFound');
        if (machine.state !== 'terminated') {
          machine.state = 'shutting-down';
          machine.reason ??= 'Client.UserInitiatedShutdown: User initiated shutdown';
        }
      }
    });
  }
}
