/** The step of the set-up that lets the workflows register runners: at the repository or in a group, by an App or a token. */
import type { ImageConfig, Language } from '../../core/config';
import { githubRepository } from '../../core/github-repository';
import { RUNNER_TOKEN_SECRET } from '../pipeline/steps';
import { type Block, code, numbered } from './markdown';

/** Step 2. */
export function registrationSteps(config: ImageConfig, language: Language): Block[] {
  const { runnerGroup, runnerToken } = config.pipeline;
  const repository = githubRepository(config.image);
  const owner = repository.split('/')[0];
  const [token, group, grouped] = [code(RUNNER_TOKEN_SECRET), code(runnerGroup ?? ''), runnerGroup !== undefined];
  const app = runnerToken === 'app';
  const words = {
    en: {
      title: app ? '## 2. GitHub App that registers runners' : '## 2. Token that registers runners',
      why: grouped
        ? `Runners are registered in the organisation's group ${group}. That takes a right of the organisation, which a job's own token never has, and no right to administer the repository.`
        : `Registering a runner takes the right Administration, which a job's own token never has. If ${code(owner)} is an organisation with runner groups, ${code('pipeline.runnerGroup')} is the better way: it takes no right to administer the repository.`,
      group: `Settings of ${code(owner)} → Actions → Runner groups → New runner group: ${group}. Repository access: only ${code(repository)}; where the repository is public, allow public repositories too.`,
      right: grouped
        ? 'Organization permissions → Self-hosted runners: Read and write.'
        : 'Repository permissions → Administration: Read and write.',
      create: `Settings of ${code(owner)} → Developer settings → GitHub Apps → New GitHub App. No webhook, no callback.`,
      install: `Install it on ${code(repository)} only.`,
      key: 'Note the client ID, and generate a private key.',
      make: `Developer settings of a person who may → Personal access tokens → Fine-grained tokens → Generate. Resource owner: ${code(owner)}; repository access: only ${code(repository)}.`,
      store: `Store it as the secret ${token} of the Environment. It ends with its expiry date, and with that person's membership: put both into a calendar.`,
      allowed: 'If the owner is an organisation: its settings → Actions → Runners must allow runners of repositories.',
      nothing: ' Nothing else.',
    },
    zh: {
      title: app ? '## 2. 用于注册运行器的 GitHub App' : '## 2. 用于注册运行器的令牌',
      why: grouped
        ? `运行器注册在组织的运行器组 ${group} 中。这需要组织级权限，作业自身的令牌没有该权限；不需要管理仓库的权限。`
        : `注册运行器需要 Administration 权限，作业自身的令牌没有该权限。如果 ${code(owner)} 是拥有运行器组的组织，建议使用 ${code('pipeline.runnerGroup')}：它不需要管理仓库的权限。`,
      group: `${code(owner)} 的 Settings → Actions → Runner groups → New runner group：${group}。Repository access 只选 ${code(repository)}；仓库公开时，还需允许公开仓库。`,
      right: grouped
        ? 'Organization permissions → Self-hosted runners：Read and write。'
        : 'Repository permissions → Administration：Read and write。',
      create: `${code(owner)} 的 Settings → Developer settings → GitHub Apps → New GitHub App。不需要 webhook 和回调地址。`,
      install: `只安装到 ${code(repository)}。`,
      key: '记下 Client ID，并生成私钥。',
      make: `有权限的人员的 Developer settings → Personal access tokens → Fine-grained tokens → Generate。Resource owner 选 ${code(owner)}；repository access 只选 ${code(repository)}。`,
      store: `将其保存为该 Environment 的机密 ${token}。它会在到期日失效，也会随该人员离开组织而失效：请记入日历。`,
      allowed: '如果所有者是组织：组织设置 → Actions → Runners 必须允许仓库级运行器。',
      nothing: '不需要其他权限。',
    },
  }[language];
  const right = `${words.right}${words.nothing}`;
  const steps = app ? [words.create, right, words.install, words.key] : [words.make, right, words.store];
  return [words.title, words.why, numbered([...(grouped ? [words.group] : []), ...steps, ...(grouped ? [] : [words.allowed])])];
}
