import type { RegistrationPlace } from '../../src/core/doctor/github';
import type { Probes } from '../../src/runtime/doctor/probes';
import type { Account, GroupFacts, Rehearsal, SubnetFacts, TypeFacts } from '../../src/runtime/edges/account';
import { CloudError } from '../../src/runtime/edges/ec2';
import type { EnvironmentFacts, GitHubSettings, RepositoryFacts } from '../../src/runtime/edges/github-settings';
import type { Claims } from '../../src/runtime/edges/oidc';
import type { Access, Login, RegistryAccess } from '../../src/runtime/edges/registry-access';

/** An account in one region that has and allows everything, until a test takes something away. */
export class ModelAccount implements Account {
  /** Names of the calls, in order. */
  readonly calls: string[] = [];
  readonly rehearsals: Rehearsal[] = [];
  arn = 'arn:aws:sts::123456789012:assumed-role/spot-dianplus-tomcat/session';
  network: SubnetFacts[];
  groups: GroupFacts[] = [{ id: 'sg-0123456789abcdef0', vpc: 'vpc-1', ingress: [] }];
  /** Error codes of calls and of rehearsed actions, by name. */
  readonly refused: Record<string, string> = {};
  quotas: Record<string, number> = {};
  /** vCPUs of a type. */
  vcpus: (type: string) => number = (type) => (type.endsWith('.xlarge') ? 4 : 2);

  constructor(readonly region: string) {
    this.network = ['a', 'b', 'c'].map((zone) => ({
      id: `subnet-${region}${zone}`,
      zone: `${region}${zone}`,
      vpc: 'vpc-1',
      free: 250,
      wayOut: 'igw-1',
    }));
  }

  private async call<T>(action: string, work: () => T): Promise<T> {
    this.calls.push(action);
    const code = this.refused[action];
    if (code) throw new CloudError(code, this.region, action, 'refused by the test', { service: 'AWS' });
    return work();
  }

  caller() {
    return this.call('GetCallerIdentity', () => ({ account: '123456789012', arn: this.arn }));
  }

  async rehearse(what: Rehearsal) {
    this.rehearsals.push(what);
    const code = this.refused[what.action] ?? 'DryRunOperation';
    return {
      code,
      message:
        code === 'DryRunOperation' ? 'Request would have succeeded' : 'refused by the test. Encoded authorization failure message: abc',
    };
  }

  subnets(ids: readonly string[]) {
    return this.call('DescribeSubnets', () => this.network.filter(({ id }) => ids.length === 0 || ids.includes(id)));
  }

  securityGroups() {
    return this.call('DescribeSecurityGroups', () => this.groups);
  }

  instanceTypes(types: readonly string[]) {
    return this.call('DescribeInstanceTypes', () => types.map((type): TypeFacts => ({ type, vcpus: this.vcpus(type), memoryMib: 4096 })));
  }

  quota(code: string) {
    return this.call('GetServiceQuota', () => this.quotas[code] ?? 32);
  }

  parameter() {
    return this.call('GetParameter', () => 'ami-0123456789abcdef0');
  }
}

/** GitHub's settings, token service and a registry, all as they should be until a test changes them. */
export class ModelProbes implements Probes {
  repository: RepositoryFacts | undefined = { id: 42, ownerId: 7, private: false };
  environment: EnvironmentFacts | undefined = { reviewers: false, waitMinutes: 0, limited: true };
  workflow: string | undefined = 'active';
  mayRemove = true;
  claim: Claims | undefined = { sub: 'repo:dianplus/tomcat:environment:spot-builders', aud: 'sts.amazonaws.com' };
  /** What nobody, and who has a login, may pull. */
  pulls: { nobody: Access; login: Access } = { nobody: 'granted', login: 'granted' };
  pushes: Access = 'granted';
  /** Thrown by everything that is asked of GitHub. */
  gitHubFailure: Error | undefined;
  /** Where it was asked for runners. */
  readonly places: RegistrationPlace[] = [];
  readonly logins: (Login | undefined)[] = [];

  settings(): GitHubSettings {
    const answer = async <T>(value: T): Promise<T> => {
      if (this.gitHubFailure) throw this.gitHubFailure;
      return value;
    };
    return {
      repository: () => answer(this.repository),
      runners: (place) => {
        this.places.push(place);
        return answer(3);
      },
      mayRemoveRunners: (place) => {
        this.places.push(place);
        return answer(this.mayRemove);
      },
      environment: () => answer(this.environment),
      workflow: () => answer(this.workflow),
    };
  }

  claims(): Promise<Claims | undefined> {
    return Promise.resolve(this.claim);
  }

  registry(): RegistryAccess {
    return {
      pull: async (_repository, login) => {
        this.logins.push(login);
        return login ? this.pulls.login : this.pulls.nobody;
      },
      push: async (_repository, login) => {
        this.logins.push(login);
        return this.pushes;
      },
    };
  }
}
