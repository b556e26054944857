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
  /** What the list of runners shows instead of the truth: it may be some seconds old. */
  list: (truth: Runner[]) => Runner[] = (truth) => truth;
  readonly calls: string[] = [];
  /** Is a runner online at its n-th look, from 1? */
  online: (look: number) => boolean = () => true;
  commitSeconds = 1_780_000_000;
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
      return { id, jitConfig: JIT_SECRET };
    });
  }

  runner(id: number) {
    return this.call('runner', (): Runner | undefined => {
      const runner = this.registered.find((r) => r.id === id);
      return runner && { id, name: runner.name, online: runner.online ?? this.online(++this.looks), busy: runner.busy ?? false };
    });
  }

  runners() {
    return this.call('runners', (): Runner[] =>
      this.list(this.registered.map(({ id, name, online = false, busy = false }) => ({ id, name, online, busy }))),
    );
  }

  remove(id: number) {
    return this.call('remove', () => {
      const index = this.registered.findIndex((runner) => runner.id === id);
      if (this.registered[index]?.busy) throw this.refusal(422);
      if (index >= 0) this.registered.splice(index, 1);
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
}
