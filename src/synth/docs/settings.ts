/** The variables and secrets that the workflows read from the repository's settings. */
import type { Language } from '../../core/config';
import { hasSchedules } from '../../core/region';
import { credentialNames, registriesOf } from '../../core/registry-credentials';
import { RUNNER_TOKEN_SECRET } from '../pipeline/steps';
import type { Facts } from './facts';
import { type Block, code, table } from './markdown';

/** One of them. */
export interface Setting {
  readonly name: string;
  readonly kind: 'variable' | 'secret';
  /** In the Environment, or of the repository. */
  readonly inEnvironment: boolean;
  readonly en: string;
  readonly zh: string;
}

/** Of the App that registers runners. */
const APP: readonly Setting[] = [
  {
    name: 'RUNNER_APP_CLIENT_ID',
    kind: 'variable',
    inEnvironment: true,
    en: "the App's client ID, from step 2",
    zh: 'App 的 Client ID，见第 2 步',
  },
  {
    name: 'RUNNER_APP_PRIVATE_KEY',
    kind: 'secret',
    inEnvironment: true,
    en: "the App's private key, from step 2",
    zh: 'App 的私钥，见第 2 步',
  },
];

/** In the place of the App. */
const STORED_TOKEN: Setting = {
  name: RUNNER_TOKEN_SECRET,
  kind: 'secret',
  inEnvironment: true,
  en: 'the token, from step 2',
  zh: '令牌，见第 2 步',
};

/** What the workflows read from the repository's settings. */
export function settings({ config, spotBuilds }: Facts): Setting[] {
  return [
    ...(spotBuilds.length > 0
      ? [
          {
            name: 'AWS_ROLE_ARN',
            kind: 'variable',
            inEnvironment: true,
            en: "the role's ARN, from step 3",
            zh: '角色的 ARN，见第 3 步',
          } as const,
          ...(hasSchedules(config)
            ? [
                {
                  name: 'AWS_SCHEDULER_ROLE_ARN',
                  kind: 'variable',
                  inEnvironment: true,
                  en: "the ARN of the scheduler's role, from step 3; without it a launch warns, and no schedule ends its machine",
                  zh: '调度角色的 ARN，见第 3 步；未设置时启动会给出警告，且没有调度来终止机器',
                } as const,
              ]
            : []),
          ...(config.pipeline.runnerToken === 'app' ? APP : [STORED_TOKEN]),
        ]
      : []),
    ...registriesOf(config.image).flatMap((registry) => {
      const names = credentialNames(config.image, registry);
      if (!names) return [];
      return [
        { name: names.username, kind: 'variable', inEnvironment: false, en: `user at ${registry}`, zh: `${registry} 的用户名` } as const,
        {
          name: names.password,
          kind: 'secret',
          inEnvironment: false,
          en: `password or token at ${registry}`,
          zh: `${registry} 的密码或令牌`,
        } as const,
      ];
    }),
  ];
}

/** The table of them, or a sentence where there is none. */
export function settingsTable(facts: Facts, language: Language): Block {
  const all = settings(facts);
  const environment = code(facts.config.pipeline.environment);
  const words = {
    en: {
      head: ['Name', 'Kind', 'Where', 'Value'],
      variable: 'variable',
      secret: 'secret',
      inside: `Environment ${environment}`,
      outside: 'repository',
    },
    zh: { head: ['名称', '类型', '位置', '取值'], variable: '变量', secret: '机密', inside: `Environment ${environment}`, outside: '仓库' },
  }[language];
  return all.length === 0
    ? { en: 'None is needed: GitHub gives each job its own token.', zh: '无需设置：GitHub 为每个作业提供令牌。' }[language]
    : table(
        words.head,
        all.map((one) => [code(one.name), words[one.kind], one.inEnvironment ? words.inside : words.outside, one[language]]),
      );
}
