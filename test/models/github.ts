import type { Ancestry } from '../../src/core/tags/ancestry';
import { type GitHub, GitHubError, type Job, type Registration, type Runner, type WorkflowRun } from '../../src/runtime/edges/github';
import type { Hook } from './ec2';

/** The secret part of every JIT configuration of the model: tests look for it where it must not be. */
export const JIT_SECRET = 'c2VjcmV0LW9mLXRoZS1ydW5uZXI=';

/** GitHub for one repository, as far as runners and tags see it, with a hook on every call. */
export class ModelGitHub implements GitHub {
  readonly registered: { id: number; name: string; labels: readonly string[]; busy?: boolean; online?: boolean }[] = [];
  /** Runs by id. */
  readonly workflowRuns = new Map<string, WorkflowRun>();
  /** Jobs by the id of their run. */
  readonly runJobs = new Map<string, Job[]>();
  /** How old the list of runners is that GitHub shows, in milliseconds; by default it is the truth. */
  staleness: () => number = () => 0;
  /** Does a look at a runner that is online miss it? */
  flaps: () => boolean = () => false;
  /** The present, for lists that show the past. */
  now: () => number = () => 0;
  /** Ids of registrations that GitHub has called online. */
  readonly wasOnline = new Set<number>();
  private readonly past: { readonly at: number; readonly list: Runner[] }[] = [];
  readonly calls: string[] = [];
  /** Is a runner online at its n-th look, from 1? */
  online: (look: number) => boolean = () => true;
  commitSeconds = 1_780_000_000;
  /** Commits by git tag. */
  readonly gitTags = new Map<string, string>();
  /** Where a commit is, seen from another one. */
  ancestry: (base: string, head: string) => Ancestry = (base, head) => (base === head ? 'identical' : 'unknown');
  before: Hook = () => undefined;
  after: Hook = () => undefined;
  private looks = 0;
  private next = 1;

  /** A registration that is there already. */
  add(name: string, more: { busy?: boolean; online?: boolean } = {}): number {
    const id = this.next++;
    this.registered.push({ id, name, labels: [name], ...more });
    return id;
  }

  get names(): string[] {
    return this.registered.map(({ name }) => name);
  }

  private truth(): Runner[] {
    return this.registered.map(({ id, name, online = false, busy = false }) => ({ id, name, online, busy }));
  }

  /** Something has changed: what lists show later may still be what was before. */
  note(): void {
    this.past.push({ at: this.now(), list: this.truth() });
  }

  /** Error of a call that GitHub refuses, or does not answer. */
  refusal(status: number | undefined): GitHubError {
    return new GitHubError(status, 'a call', 'refused');
  }

  private async call<T>(action: string, work: () => T): Promise<T> {
    this.calls.push(action);
    const nth = this.calls.filter((name) => name === action).length;
    await this.before(action, nth);
    const result = work();
    await this.after(action, nth);
    return result;
  }

  register(name: string, labels: readonly string[]) {
    return this.call('register', (): Registration => {
      if (this.registered.some((runner) => runner.name === name)) throw this.refusal(409);
      const id = this.next++;
      this.registered.push({ id, name, labels });
      this.note();
      return { id, jitConfig: JIT_SECRET };
    });
  }

  runner(id: number) {
    return this.call('runner', (): Runner | undefined => {
      const runner = this.registered.find((r) => r.id === id);
      if (!runner) return undefined;
      const online = (runner.online ?? this.online(++this.looks)) && !this.flaps();
      if (online) this.wasOnline.add(id);
      return { id, name: runner.name, online, busy: runner.busy ?? false };
    });
  }

  runners() {
    return this.call('runners', (): Runner[] => {
      const age = this.staleness();
      return age === 0 ? this.truth() : (this.past.findLast(({ at }) => at <= this.now() - age)?.list ?? []);
    });
  }

  remove(id: number) {
    return this.call('remove', () => {
      const index = this.registered.findIndex((runner) => runner.id === id);
      if (this.registered[index]?.busy) throw this.refusal(422);
      if (index >= 0) this.registered.splice(index, 1);
      this.note();
      return index >= 0;
    });
  }

  workflowRun(id: string) {
    return this.call('workflowRun', () => this.workflowRuns.get(id));
  }

  jobs(runId: string) {
    return this.call('jobs', () => this.runJobs.get(runId) ?? []);
  }

  commitTime() {
    return this.call('commitTime', () => this.commitSeconds);
  }

  tagCommit(name: string) {
    return this.call('tagCommit', () => this.gitTags.get(name));
  }

  compare(base: string, head: string) {
    return this.call('compare', () => this.ancestry(base, head));
  }
}
