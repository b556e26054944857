/** The part of the set-up that only machines on EC2 need: Environment, GitHub App, role. */
import { hostBuilder } from '../../core/architecture';
import type { Language } from '../../core/config';
import { githubRepository } from '../../core/github-repository';
import { roleName, schedulerRoleName } from '../../core/policies/scheduler';
import { audience } from '../../core/policies/trust';
import { hasSchedules } from '../../core/region';
import { POLICIES, policyFiles } from './aws-policies';
import type { Facts } from './facts';
import { type Block, blocks, bullets, code, fence, numbered } from './markdown';
import { registrationSteps } from './setup-registration';
import { list } from './words';

/** What the policies leave open, as shell variables, and a function that fills them in. */
function fillIn(repository: string): string[] {
  return [
    'ACCOUNT_ID=$(aws sts get-caller-identity --query Account --output text)',
    `OWNER_ID=$(gh api repos/${repository} --jq .owner.id)`,
    `REPOSITORY_ID=$(gh api repos/${repository} --jq .id)`,
    `policy() { sed "s/ACCOUNT_ID/$ACCOUNT_ID/g; s/OWNER_ID/$OWNER_ID/g; s/REPOSITORY_ID/$REPOSITORY_ID/g" "${POLICIES}/$1.json"; }`,
  ];
}

/** The AWS commands, in order: first what an account needs once, then this repository's roles. */
function awsCommands(facts: Facts): { readonly account: string[]; readonly role: string[]; readonly scheduler: string[] } {
  const { partition } = facts.config.pipeline.regions[0];
  const repository = githubRepository(facts.config.image);
  const [role, scheduler] = [roleName(repository), schedulerRoleName(repository)];
  const arn = (name: string) => `aws iam get-role --role-name ${name} --query Role.Arn --output text`;
  return {
    account: [
      `aws iam create-open-id-connect-provider --url https://token.actions.githubusercontent.com --client-id-list ${audience(partition)}`,
      'aws iam create-service-linked-role --aws-service-name spot.amazonaws.com',
    ],
    role: [
      `aws iam create-role --role-name ${role} --assume-role-policy-document "$(policy role-trust)"`,
      `aws iam put-role-policy --role-name ${role} --policy-name launch --policy-document "$(policy role-permissions)"`,
      arn(role),
    ],
    scheduler: hasSchedules(facts.config)
      ? [
          `aws iam create-role --role-name ${scheduler} --assume-role-policy-document "$(policy scheduler-trust)"`,
          `aws iam put-role-policy --role-name ${scheduler} --policy-name end --policy-document "$(policy scheduler-permissions)"`,
          arn(scheduler),
        ]
      : [],
  };
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
  const repository = githubRepository(config.image);
  const environment = code(config.pipeline.environment);
  const regions = list(
    config.pipeline.regions.map(({ name }) => code(name)),
    language,
  );
  const china = config.pipeline.regions[0].partition === 'aws-cn';
  const quota = vcpus(facts);
  const commands = awsCommands(facts);
  const files = list(Object.keys(policyFiles(config)).map(code), language);
  const words = {
    en: {
      environment: '## 1. Environment on GitHub',
      environmentSteps: [
        `Settings → Environments → New environment: ${environment}.`,
        'Under "Deployment branches and tags", select the branches and tags that may build.',
        'No required reviewers and no wait timer: the job that stops the machine is in this Environment too, and would wait while the machine runs.',
      ],
      role: '## 3. Role at AWS',
      roleWhy: `What the roles may do, and who may take them, are files of this repository: ${files}. They fit this config; when it changes, run the \`put-role-policy\` commands again. In a checkout of the repository, as an administrator of the account:`,
      run: 'Once per account; an error that something exists already may be ignored:',
      runRole: "Then this repository's own role, `AWS_ROLE_ARN` of step 4:",
      schedule:
        "And the scheduler's role, `AWS_SCHEDULER_ROLE_ARN` of step 4: EventBridge Scheduler assumes it to end a machine after its time to live, should its own timers, the workflow and the reaper all have failed. It may end machines of this repository and nothing else.",
      subjects:
        'GitHub puts the ids of owner and repository into the claim of repositories made since 2026-07-15; for older ones the form without ids holds. The trust policy has both.',
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
      roleWhy: `角色的权限和信任关系都是本仓库中的文件：${files}。它们与当前配置一致；配置变化后，请重新运行其中的 \`put-role-policy\` 命令。以账号管理员身份，在仓库的检出目录中运行：`,
      run: '每个账号只需一次，提示已存在时可以忽略：',
      runRole: '然后创建本仓库自己的角色，即第 4 步的 `AWS_ROLE_ARN`：',
      schedule:
        '以及调度角色，即第 4 步的 `AWS_SCHEDULER_ROLE_ARN`：当机器自身的定时器、工作流和回收任务全部失效时，EventBridge Scheduler 用该角色在存活时间结束后终止机器。它只能终止属于本仓库的机器。',
      subjects: '2026-07-15 之后创建的仓库，GitHub 会在声明中加入所有者和仓库的编号；较早的仓库使用不含编号的形式。信任策略包含两种形式。',
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
    fence('bash', fillIn(repository)),
    words.run,
    fence('bash', commands.account),
    words.runRole,
    fence('bash', commands.role),
    ...(commands.scheduler.length > 0 ? [words.schedule, fence('bash', commands.scheduler)] : []),
    words.subjects,
    bullets([words.machine, words.disk, words.quota, ...(china ? [words.china] : [])]),
  );
}
