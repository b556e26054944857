/** The part of the set-up that only machines on EC2 need: Environment, GitHub App, role. */
import { hostBuilder } from '../../core/architecture';
import type { Language } from '../../core/config';
import { hasSchedules } from '../../core/region';
import {
  audience,
  githubRepository,
  PLACEHOLDERS,
  permissionPolicy,
  roleName,
  schedulerPolicy,
  schedulerRoleName,
  schedulerTrustPolicy,
  trustPolicy,
} from './aws-policies';
import type { Facts } from './facts';
import { type Block, blocks, bullets, code, fence, numbered } from './markdown';
import { registrationSteps } from './setup-registration';
import { list } from './words';

function json(policy: object): Block {
  return fence('json', JSON.stringify(policy, undefined, 2).split('\n'));
}

/** The AWS commands, in order. */
function awsCommands(facts: Facts): string[] {
  const { partition } = facts.config.pipeline.regions[0];
  const role = roleName(facts.config);
  const scheduler = schedulerRoleName(facts.config);
  return [
    `aws iam create-open-id-connect-provider --url https://token.actions.githubusercontent.com --client-id-list ${audience(partition)}`,
    'aws iam create-service-linked-role --aws-service-name spot.amazonaws.com',
    `aws iam create-role --role-name ${role} --assume-role-policy-document file://trust.json`,
    `aws iam put-role-policy --role-name ${role} --policy-name launch --policy-document file://permissions.json`,
    `aws iam get-role --role-name ${role} --query Role.Arn --output text`,
    ...(hasSchedules(facts.config)
      ? [
          `aws iam create-role --role-name ${scheduler} --assume-role-policy-document file://scheduler-trust.json`,
          `aws iam put-role-policy --role-name ${scheduler} --policy-name end --policy-document file://scheduler-permissions.json`,
          `aws iam get-role --role-name ${scheduler} --query Role.Arn --output text`,
        ]
      : []),
  ];
}

/** vCPU of the machines that builds of all architectures have at once. */
function vcpus({ spotBuilds }: Facts): number {
  const sizes: Readonly<Record<string, number>> = { large: 2, xlarge: 4, '2xlarge': 8, '4xlarge': 16 };
  return spotBuilds.reduce((sum, { architecture }) => {
    const builder = hostBuilder(architecture);
    return sum + (builder.kind === 'spot' ? sizes[builder.size] : 0);
  }, 0);
}

/** Spot vCPUs that a new account may have at once. */
const NEW_ACCOUNT_VCPUS = 5;

/** Steps 1 to 3. */
export function awsSteps(facts: Facts, language: Language): Block {
  const { config } = facts;
  const repository = githubRepository(config);
  const environment = code(config.pipeline.environment);
  const regions = list(
    config.pipeline.regions.map(({ name }) => code(name)),
    language,
  );
  const china = config.pipeline.regions[0].partition === 'aws-cn';
  const quota = vcpus(facts);
  const ids = fence('bash', [`gh api repos/${repository} --jq '"OWNER_ID=\\(.owner.id) REPOSITORY_ID=\\(.id)"'`]);
  const words = {
    en: {
      environment: '## 1. Environment on GitHub',
      environmentSteps: [
        `Settings → Environments → New environment: ${environment}.`,
        'Under "Deployment branches and tags", select the branches and tags that may build.',
        'No required reviewers and no wait timer: the job that stops the machine is in this Environment too, and would wait while the machine runs.',
      ],
      role: '## 3. Role at AWS',
      roleWhy: `Save the policies under the names above them. Replace ${list(PLACEHOLDERS.map(code), 'en')}; the latter two are printed by:`,
      schedule:
        "The scheduler's role, `AWS_SCHEDULER_ROLE_ARN` of step 4: EventBridge Scheduler assumes it to end a machine after its time to live, should its own timers, the workflow and the reaper all have failed. It may end machines of this repository and nothing else.",
      subjects:
        'GitHub puts these ids into the claim of repositories made since 2026-07-15; for older ones the first form holds, and the second may be deleted.',
      run: 'Then run these. The first two are once per account: an error that it exists already may be ignored.',
      machine: `The machines start in ${regions}, in the default VPC unless \`pipeline.regions\` names subnets. They need a way to the internet and no open port.`,
      disk: 'Their disks are encrypted. Where the account encrypts disks with a key of its own by default, `AWSServiceRoleForEC2Spot` needs a grant on that key, or every launch ends with `Client.InternalError`.',
      quota: `A new account may run ${NEW_ACCOUNT_VCPUS} Spot vCPUs at once; building all architectures at once takes ${quota}.${quota > NEW_ACCOUNT_VCPUS ? ' Ask AWS for more in Service Quotas ("All Standard Spot Instance Requests").' : ''}`,
      china: "China's regions are a partition of their own. This was written by AWS's documentation and has not yet been run there.",
    },
    zh: {
      environment: '## 1. GitHub Environment',
      environmentSteps: [
        `Settings → Environments → New environment：${environment}。`,
        '在 "Deployment branches and tags" 中选择允许构建的分支和标签。',
        '不要设置审批人和等待时间：销毁机器的作业也在该 Environment 中，否则机器会在等待期间继续运行。',
      ],
      role: '## 3. AWS 角色',
      roleWhy: `将以下策略按其上方的文件名保存，并替换 ${list(PLACEHOLDERS.map(code), 'zh')}；后两个值由以下命令输出：`,
      schedule:
        '调度角色，即第 4 步的 `AWS_SCHEDULER_ROLE_ARN`：当机器自身的定时器、工作流和回收任务全部失效时，EventBridge Scheduler 用该角色在存活时间结束后终止机器。它只能终止属于本仓库的机器。',
      subjects: '2026-07-15 之后创建的仓库，GitHub 会在声明中加入这些编号；较早的仓库使用第一种形式，第二种可以删除。',
      run: '然后运行以下命令。前两条每个账号只需一次，提示已存在时可以忽略。',
      machine: `机器在 ${regions} 启动；除非 \`pipeline.regions\` 指定子网，否则使用默认 VPC。机器需要访问互联网，不需要开放端口。`,
      disk: '机器的磁盘是加密的。如果账号默认使用自有密钥加密磁盘，需要将该密钥授权给 `AWSServiceRoleForEC2Spot`，否则每次启动都会以 `Client.InternalError` 结束。',
      quota: `新账号同时最多使用 ${NEW_ACCOUNT_VCPUS} 个 Spot vCPU；同时构建所有架构需要 ${quota} 个。${quota > NEW_ACCOUNT_VCPUS ? '请在 Service Quotas 中申请提高（"All Standard Spot Instance Requests"）。' : ''}`,
      china: '中国区域属于独立的分区。以上内容依据 AWS 文档编写，尚未在中国区域实际验证。',
    },
  }[language];
  return blocks(
    words.environment,
    numbered(words.environmentSteps),
    ...registrationSteps(config, language),
    words.role,
    words.roleWhy,
    ids,
    words.subjects,
    '`trust.json`:',
    json(trustPolicy(config)),
    '`permissions.json`:',
    json(permissionPolicy(config)),
    ...(hasSchedules(config)
      ? [
          words.schedule,
          '`scheduler-trust.json`:',
          json(schedulerTrustPolicy()),
          '`scheduler-permissions.json`:',
          json(schedulerPolicy(config)),
        ]
      : []),
    words.run,
    fence('bash', awsCommands(facts)),
    bullets([words.machine, words.disk, words.quota, ...(china ? [words.china] : [])]),
  );
}
