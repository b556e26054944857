/** What each job of the workflows may do, read off the workflows themselves. */
import type { Language } from '../../core/config';
import { type CallJob, isCall, type Job, type Workflow } from '../pipeline/workflow';
import type { Facts } from './facts';
import { type Block, code, table } from './markdown';
import { enumerate, type Words } from './words';

/** Something secret that a job holds. */
type Secret = 'aws' | 'registration' | 'registry';

const SECRETS: Readonly<Record<Secret, Words>> = {
  aws: { en: 'AWS role', zh: 'AWS 角色' },
  registration: { en: 'runner registration', zh: '运行器注册令牌' },
  registry: { en: 'registry', zh: '镜像仓库' },
};

/** The secrets that a job's steps get hold of. */
export function secretsOf({ steps }: Job): Secret[] {
  const secrets = steps.flatMap((step): Secret[] => [
    ...(step.uses?.startsWith('aws-actions/configure-aws-credentials@') ? ['aws' as const] : []),
    ...(step.env && 'RUNNER_TOKEN' in step.env ? ['registration' as const] : []),
    ...(step.env && 'REGISTRY_PASSWORD' in step.env ? ['registry' as const] : []),
  ]);
  return [...new Set(secrets)].sort();
}

/** `id-token: write`, in the order of the workflow file. */
export function rightsOf({ permissions }: Job | CallJob): string[] {
  return Object.entries(permissions).map(
    ([name, { access }]) => `${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}: ${access}`,
  );
}

/** The jobs that a job stands for: those of the workflow that it calls, or itself. */
function jobsOf(job: Job | CallJob, { builds }: Facts): readonly Job[] {
  if (!isCall(job)) return [job];
  const called = builds.find(({ workflow }) => job.uses.endsWith(`/${workflow.fileName}`));
  return Object.values(called?.workflow.jobs ?? {});
}

function row(id: string, job: Job | CallJob, facts: Facts, language: Language): string[] {
  const none = { en: 'none', zh: '无' }[language];
  const words = (all: readonly string[]) => (all.length === 0 ? none : enumerate(all, language));
  return [
    code(id),
    words(rightsOf(job).map(code)),
    words([...new Set(jobsOf(job, facts).flatMap(secretsOf))].sort().map((secret) => SECRETS[secret][language])),
    !isCall(job) && job.environment ? code(String(job.environment)) : none,
  ];
}

/** One row per kind of job; workflows whose jobs are alike share it. */
export function rightsTable(facts: Facts, language: Language): Block {
  const head = {
    en: ['Workflow', 'Job', 'Rights of its token', 'Credentials', 'Environment'],
    zh: ['工作流', '作业', '令牌权限', '凭据', 'Environment'],
  };
  const workflows: readonly Workflow<Job | CallJob>[] = [
    ...facts.builds.map(({ workflow }) => workflow),
    facts.merge,
    facts.publish,
    ...(facts.reap ? [facts.reap] : []),
    facts.test,
    facts.doctor,
  ];
  const names = new Map<string, { cells: string[]; workflows: string[] }>();
  for (const { name, jobs } of workflows) {
    for (const [id, job] of Object.entries(jobs)) {
      const cells = row(id, job, facts, language);
      const kind = cells.join('|');
      const known = names.get(kind);
      if (known) known.workflows.push(name);
      else names.set(kind, { cells, workflows: [name] });
    }
  }
  return table(
    head[language],
    [...names.values()].map((kind) => [enumerate(kind.workflows, language), ...kind.cells]),
  );
}
