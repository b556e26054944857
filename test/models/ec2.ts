import type { Market } from '../../src/core/runner/next-try';
import {
  CloudError,
  type Ec2,
  type FleetAnswer,
  type FleetError,
  type FleetRequest,
  type Instance,
  type LaunchTemplateData,
  type Leftover,
} from '../../src/runtime/edges/ec2';
import type { VirtualClock } from './clock';

/** What a test may do before or after a call: wait, count, or throw instead of it. */
export type Hook = (action: string, nth: number) => void | Promise<void>;

/** An instance inside the model. */
export interface ModelInstance {
  readonly id: string;
  readonly type: string;
  readonly market: Market;
  readonly tags: Readonly<Record<string, string>>;
  readonly userData: string;
  /** Availability zone; by default the region's first. */
  readonly zone?: string;
  readonly launchedAt?: number;
  state: string;
  reason?: string;
  reasonCode?: string;
  transition?: string;
  console?: string;
  /** When it is terminated, once it shuts down; undefined: by the next look. */
  terminatedAt?: number;
}

/** How EC2 behaves beyond its answers. All of it is optional: by default everything is seen at once. */
export interface Ec2Nature {
  /** How old what a describe shows may be, in milliseconds. */
  staleness?(): number;
  /** How long a machine takes to shut down, in milliseconds. */
  shutDownMs?(): number;
  /** An error that a candidate answers with instead of a machine. */
  capacity?(type: string, zone: string, market: Market): string | undefined;
  /** Called with every machine that starts: its guest begins to run. */
  started?(machine: ModelInstance): void;
  /** Called with every termination that somebody requests of a machine that lives. */
  terminating?(machine: ModelInstance): void;
}

/** How long a terminated machine is still shown: "about an hour". */
const SHOWN_AFTER_END_MS = 60 * 60_000;
/** What EC2 accepts: bytes of user-data, characters of a token, tags. */
const LIMITS = { userData: 16 * 1024, token: 64, tags: 50 };

/** `(2026-11-24 08:00:00 GMT)`, as in a state-transition reason. */
function stamp(ms: number): string {
  return `(${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} GMT)`;
}

function withTags(all: readonly Leftover[], tags: Readonly<Record<string, string>>): Leftover[] {
  return all.filter((one) => Object.entries(tags).every(([key, value]) => one.tags[key] === value));
}

function take(all: Leftover[], id: string): void {
  const index = all.findIndex((one) => one.id === id);
  if (index >= 0) all.splice(index, 1);
}

/**
 * EC2 in one region, as far as launching, stopping and reaping see it: idempotent tokens
 * as AWS documents them, describes that show the past, terminations that take their time,
 * capacity errors on demand, and a hook on every call.
 */
export class ModelEc2 implements Ec2 {
  readonly machines: ModelInstance[] = [];
  readonly templates = new Map<string, LaunchTemplateData>();
  /** Tags of the templates that have any. */
  readonly templateTags = new Map<string, Readonly<Record<string, string>>>();
  /** How long a new template is not seen by fleet requests, in milliseconds. */
  templateDelayMs = 0;
  private readonly templateSeenAt = new Map<string, number>();
  /** Whether the region takes user-data in a fleet request. */
  takesUserData = true;
  /** Spot price per hour by place, where it is not `price`; undefined where EC2 knows none. */
  prices: (type: string, zone: string) => number | undefined = () => this.price;
  readonly requests: FleetRequest[] = [];
  /** Launch templates with tags, and volumes, that machines left behind. */
  readonly leftTemplates: Leftover[] = [];
  readonly leftVolumes: Leftover[] = [];
  /** Names of the calls, in order. */
  readonly calls: string[] = [];
  zones = ['a', 'b', 'c'];
  /** Types that are not offered anywhere. */
  missingTypes: readonly string[] = [];
  /** Subnets that do not exist, when somebody names them. */
  missingSubnets: readonly string[] = [];
  /** What the next fleet requests answer instead of an instance. */
  fleetErrors: FleetError[][] = [];
  /** How many instances a fleet request gives: one is what was asked for. */
  generosity = 1;
  /** Whether tags are not yet seen: no instance is found by them. */
  hidden = false;
  /** Spot price per hour, undefined where EC2 knows none. */
  price: number | undefined = 0.03;
  /** Runs before a call; a throw is the call's failure. */
  before: Hook = () => undefined;
  /** Runs after a call took effect; a throw is a lost response. */
  after: Hook = () => undefined;
  nature: Ec2Nature = {};
  private readonly tokens = new Map<string, { readonly parameters: string; readonly answer: FleetAnswer }>();
  /** What describes have shown of each machine, with the time from which it was so. */
  private readonly history = new Map<string, { readonly at: number; readonly shown: Instance }[]>();
  private next = 1;

  constructor(
    readonly region: string,
    readonly clock: VirtualClock,
  ) {}

  /** A machine that is there already. */
  add(tags: Readonly<Record<string, string>>, state = 'running', more: Partial<ModelInstance> = {}): string {
    const id = `i-${this.region}-${this.next++}`;
    this.machines.push({ id, type: 'c7g.large', market: 'spot', tags, userData: '', state, ...more });
    return id;
  }

  /** Instances that cost money. */
  get living(): string[] {
    return this.machines.filter((machine) => this.stateOf(machine) !== 'terminated').map(({ id }) => id);
  }

  /** Instances that nobody has told to end. */
  get working(): string[] {
    return this.machines.filter((machine) => ['pending', 'running'].includes(this.stateOf(machine))).map(({ id }) => id);
  }

  /** Error of a call that EC2 refuses. */
  refusal(code: string, message = 'refused'): CloudError {
    return new CloudError(code, this.region, 'a call', message);
  }

  /** The state that a machine really is in. */
  stateOf(machine: ModelInstance): string {
    if (machine.state === 'shutting-down' && machine.terminatedAt !== undefined && this.clock.now() >= machine.terminatedAt) {
      machine.state = 'terminated';
      this.note(machine, machine.terminatedAt);
    }
    return machine.state;
  }

  /** A machine begins to shut down, whoever wants it. */
  shutDown(machine: ModelInstance, reasonCode: string, transition: string): void {
    if (!['pending', 'running'].includes(this.stateOf(machine))) return;
    machine.state = 'shutting-down';
    machine.reasonCode = reasonCode;
    machine.reason = `${reasonCode}: ${transition}`;
    machine.transition = `${transition} ${stamp(this.clock.now())}`;
    if (this.nature.shutDownMs) machine.terminatedAt = this.clock.now() + this.nature.shutDownMs();
    this.note(machine);
  }

  /** The guest has begun to boot. */
  run(machine: ModelInstance): void {
    if (this.stateOf(machine) !== 'pending') return;
    machine.state = 'running';
    this.note(machine);
  }

  private note(machine: ModelInstance, at = this.clock.now()): void {
    const moments = this.history.get(machine.id) ?? [];
    moments.push({ at, shown: this.present(machine) });
    this.history.set(machine.id, moments);
  }

  private present(machine: ModelInstance): Instance {
    const { id, type, market, zone = `${this.region}a`, tags, state, reason, reasonCode, transition, launchedAt } = machine;
    return { id, type, market, zone, tags, state, reason, reasonCode, transition, launchedAt };
  }

  /** What a describe shows: the truth, or what it was a moment ago; nothing, if it was not seen then. */
  private shown(machine: ModelInstance): Instance | undefined {
    this.stateOf(machine);
    const stale = this.nature.staleness?.() ?? 0;
    if (machine.terminatedAt !== undefined && this.clock.now() >= machine.terminatedAt + SHOWN_AFTER_END_MS) return undefined;
    if (stale === 0) return this.present(machine);
    return this.history.get(machine.id)?.findLast(({ at }) => at <= this.clock.now() - stale)?.shown;
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
      if (ids.some((id) => this.missingSubnets.includes(id))) throw this.refusal('InvalidSubnetID.NotFound');
      const own = this.zones.map((zone) => ({ id: `subnet-${zone}`, zone: `${this.region}${zone}` }));
      if (ids.length === 0) return own;
      return ids.map((id, i) => own.find((subnet) => subnet.id === id) ?? { id, zone: own[i % own.length].zone });
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

  createTemplate(name: string, data: LaunchTemplateData, tags?: Readonly<Record<string, string>>) {
    return this.call('createTemplate', () => {
      if (!this.templates.has(name)) this.templates.set(name, data);
      if (tags) this.templateTags.set(name, tags);
      this.templateSeenAt.set(name, this.clock.now() + this.templateDelayMs);
    });
  }

  createFleet(request: FleetRequest) {
    return this.call('createFleet', (): FleetAnswer => {
      this.requests.push(request);
      if (!this.templates.has(request.template) || this.clock.now() < (this.templateSeenAt.get(request.template) ?? 0))
        throw this.refusal('InvalidLaunchTemplateName.NotFoundException');
      if (!this.takesUserData && request.userData !== undefined) {
        throw this.refusal('UnknownParameter', 'The parameter LaunchTemplateSpecificationUserData is not recognized');
      }
      if (Buffer.byteLength(request.userData ?? '') > LIMITS.userData) throw this.refusal('InvalidUserData.Malformed');
      if (request.clientToken.length > LIMITS.token) throw this.refusal('InvalidParameterValue');
      if (Object.keys(request.tags).length > LIMITS.tags) throw this.refusal('TagLimitExceeded');
      const parameters = JSON.stringify(request);
      const earlier = this.tokens.get(request.clientToken);
      if (earlier && earlier.parameters !== parameters) throw this.refusal('IdempotentParameterMismatch');
      if (earlier) return earlier.answer;
      const answer = this.fleet(request);
      this.tokens.set(request.clientToken, { parameters, answer });
      return answer;
    });
  }

  private fleet(request: FleetRequest): FleetAnswer {
    const errors = this.fleetErrors.shift();
    if (errors) return { instances: [], errors };
    const refused = request.candidates.map(({ type, zone }) => ({ type, code: this.nature.capacity?.(type, zone, request.market) }));
    const { type, zone } = request.candidates[refused.findIndex(({ code }) => code === undefined)] ?? {};
    if (type === undefined) return { instances: [], errors: refused.map((error) => ({ message: '', ...error, code: error.code ?? '' })) };
    const instances = Array.from({ length: this.generosity }, () => ({ id: `i-${this.region}-${this.next++}`, type, zone }));
    for (const { id } of instances) {
      const { tags, market, template } = request;
      const userData = request.userData ?? Buffer.from(this.templates.get(template)?.UserData ?? '', 'base64').toString();
      const machine: ModelInstance = { id, type, zone, market, tags, userData, launchedAt: this.clock.now(), state: 'pending' };
      this.machines.push(machine);
      this.note(machine);
      this.nature.started?.(machine);
    }
    return { instances, errors: [] };
  }

  instances(tags: Readonly<Record<string, string>>) {
    return this.call('instances', (): Instance[] =>
      this.machines
        .filter((machine) => !this.hidden && Object.entries(tags).every(([key, value]) => machine.tags[key] === value))
        .flatMap((machine) => {
          const shown = this.shown(machine) ?? [];
          if (machine.state === 'shutting-down' && machine.terminatedAt === undefined) machine.state = 'terminated'; // by the next look
          return shown;
        }),
    );
  }

  terminate(ids: readonly string[]) {
    return this.call('terminate', () => {
      const found = ids.map((id) => this.machines.find((m) => m.id === id));
      if (found.includes(undefined)) throw this.refusal('InvalidInstanceID.NotFound');
      for (const machine of found) {
        if (machine) this.endMachine(machine);
      }
    });
  }

  /** AWS itself ends a machine for somebody, such as a schedule. One that is gone is no matter. */
  end(id: string): void {
    const machine = this.machines.find((one) => one.id === id);
    if (machine) this.endMachine(machine);
  }

  private endMachine(machine: ModelInstance): void {
    if (!['pending', 'running'].includes(this.stateOf(machine))) return;
    this.nature.terminating?.(machine);
    this.shutDown(machine, 'Client.UserInitiatedShutdown', 'User initiated');
  }

  taggedTemplates(tags: Readonly<Record<string, string>>) {
    const made = [...this.templateTags].map(([id, of]): Leftover => ({ id, tags: of, createdAt: this.templateSeenAt.get(id) }));
    return this.call('taggedTemplates', () => withTags([...this.leftTemplates, ...made], tags));
  }

  deleteTemplate(name: string) {
    return this.call('deleteTemplate', () => {
      this.templates.delete(name);
      this.templateTags.delete(name);
      take(this.leftTemplates, name);
    });
  }

  taggedVolumes(tags: Readonly<Record<string, string>>) {
    return this.call('taggedVolumes', () => withTags(this.leftVolumes, tags));
  }

  removeVolume(id: string) {
    return this.call('removeVolume', () => {
      if (this.leftVolumes.some((volume) => volume.id === id && volume.state !== 'available')) throw this.refusal('VolumeInUse');
      take(this.leftVolumes, id);
    });
  }

  console(id: string) {
    return this.call('console', () => {
      const machine = this.machines.find((one) => one.id === id);
      if (!machine) throw this.refusal('InvalidInstanceID.NotFound');
      return machine.console ?? '';
    });
  }

  spotPrice() {
    return this.call('spotPrice', () => this.price);
  }

  spotPrices(types: readonly string[]) {
    return this.call('spotPrices', () =>
      types
        .filter((type) => !this.missingTypes.includes(type))
        .flatMap((type) =>
          this.zones.flatMap((letter) => {
            const zone = `${this.region}${letter}`;
            const hourly = this.prices(type, zone);
            return hourly === undefined ? [] : [{ type, zone, hourly }];
          }),
        ),
    );
  }
}
