/** What is guarded, how, and what remains. */

import { hostBuilder } from '../../../core/architecture';
import type { Architecture, Language } from '../../../core/config';
import { HOSTED_LABELS } from '../../../core/platform';
import { hasSchedules } from '../../../core/region';
import { timeToLive } from '../../../core/time-to-live';
import type { Facts } from '../facts';
import { rightsTable } from '../job-rights';
import { blocks, bullets, code } from '../markdown';
import type { Section } from '../section';
import { HEADINGS } from './headings';

function ttlMinutes({ config }: Facts): number {
  return timeToLive(config.pipeline.buildTimeoutMinutes).totalSeconds / 60;
}

/** What holds today. */
function guarded(facts: Facts, language: Language): string[] {
  const spot = facts.spotBuilds.length > 0;
  const environment = code(facts.config.pipeline.environment);
  const all: readonly (readonly [when: boolean, en: string, zh: string])[] = [
    [
      spot,
      `**Credentials never meet the build.** The jobs that launch and stop machines check out \`.github\` only, run one generated script, install nothing, and are bound to the Environment ${environment}. They prove to AWS by OpenID Connect who they are; no cloud key is stored. The job that builds has none of this.`,
      `**凭据不进入构建。** 启动和销毁机器的作业只检出 \`.github\`，只运行一个生成的脚本，不安装任何软件，并绑定到 Environment ${environment}。它们通过 OpenID Connect 向 AWS 证明身份，不保存云密钥。构建作业不持有这些凭据。`,
    ],
    [
      true,
      `**The registry comes last.** The build job logs in only after the smoke test has passed; no token is mounted into the build, and the checkout leaves none behind.`,
      `**最后才登录镜像仓库。** 构建作业在冒烟测试通过之后才登录；构建过程中不挂载任何令牌，检出后也不保留令牌。`,
    ],
    [
      spot,
      `**A machine for one job.** It takes one job under a label of its own, has no role at AWS, no open port needed, an encrypted disk, and a runner that is not root. It arms its own power-off first: ${ttlMinutes(facts)} minutes after the launch it ends at the latest, and power-off means termination.`,
      `**一台机器只做一个作业。** 机器使用专属标签（label）只接受一个作业，没有 AWS 角色，不需要开放端口，磁盘加密，运行器不以 root 运行。启动后首先设定自动关机：最迟在启动 ${ttlMinutes(facts)} 分钟后结束，关机即销毁。`,
    ],
    [
      facts.openresty !== undefined,
      '**Every download is verified**: sources of the image by checksum, from addresses that name one version or commit.',
      '**所有下载都校验**：镜像的源码均按校验和验证，地址对应唯一的版本或提交。',
    ],
    [
      true,
      '**GitHub actions are pinned** to commits, the tools on the build machines to versions.',
      '**GitHub Action 固定到提交**，构建机上的工具固定到版本。',
    ],
    [
      true,
      '**The merge works by digest.** Each tag is resolved once; the public tag is written last and read back. Images carry provenance (`mode=max`).',
      '**合并按摘要操作。** 每个标签只解析一次；公开标签最后写入并回读核对。镜像带有来源证明（provenance，`mode=max`）。',
    ],
    [facts.config.pipeline.sbom, '**Images carry a list of their packages** (SBOM, SPDX).', '**镜像附带软件包清单**（SBOM，SPDX 格式）。'],
    [
      facts.config.pipeline.sign,
      "**Public images are signed** with cosign, without keys: the signature names the workflow that merged. Only that job can sign, on GitHub's machine. `spot-image verify` checks it. If signing fails, the run is red, the aliases stay and the base tag is checked but not signed; merge again.",
      '**公开镜像经过签名**（cosign，无密钥）：签名标明执行合并的工作流，只有该作业在 GitHub 的机器上可以签名。`spot-image verify` 会检查签名。签名失败时运行标记为失败，别名标签不变，统一标签指向已检查但未签名的镜像；重新合并即可。',
    ],
  ];
  return all.filter(([when]) => when).map(([, en, zh]) => ({ en, zh })[language]);
}

/** Is it built on a runner that GitHub does not make anew for each job? */
function isOwnRunner(architecture: Architecture): boolean {
  const host = hostBuilder(architecture);
  return host.kind === 'hosted' && !Object.hasOwn(HOSTED_LABELS, host.runner);
}

/** What does not. */
function remains(facts: Facts, language: Language): string[] {
  const spot = facts.spotBuilds.length > 0;
  const several = facts.builds.length > 1;
  const all: readonly (readonly [when: boolean, en: string, zh: string])[] = [
    [
      true,
      'Who can push to this repository can change what the workflows do. Protect the branches' +
        (spot ? ', and let the Environment accept only branches and tags that you trust.' : '.'),
      `能够推送到本仓库的人就能修改工作流。请保护分支${spot ? '，并限制 Environment 只接受可信的分支和标签' : ''}。`,
    ],
    [
      several,
      'The merge refuses images of different commits, but compares nothing else in them: two builds of one commit on different days may differ in the packages of the base.',
      '合并会拒绝来自不同提交的镜像，但不比较其他内容：同一提交在不同日期的构建，其发行版软件包可能不同。',
    ],
    [
      true,
      'Tags can be overwritten, also those of versions: the registry does not lock them. Pull by digest where that matters.',
      '标签可能被覆盖，版本标签也不例外：镜像仓库不会锁定标签。有要求时请按摘要拉取。',
    ],
    [
      spot && !hasSchedules(facts.config),
      'When GitHub never runs the job that stops the machine, only the machine itself watches its time to live.',
      '如果 GitHub 没有运行销毁机器的作业，则只有机器自身的定时关机在起作用。',
    ],
    [
      spot && hasSchedules(facts.config),
      'When GitHub never runs the job that stops the machine, its own timers end it, and after them a one-time schedule at AWS. A launch that is killed in the moment between the machine and its schedule leaves the timers alone.',
      '如果 GitHub 没有运行销毁机器的作业，机器自身的定时关机会终止它，其后还有 AWS 上的一次性调度。如果启动作业恰好在机器启动之后、调度创建之前被强制结束，则只剩机器自身的定时关机。',
    ],
    [
      facts.builds.some(({ architecture }) => isOwnRunner(architecture)),
      'A runner of your own that outlives its job keeps the log-in of the registry, and the next build could read it. Let each take one job only (`--ephemeral`).',
      '自有运行器如果在作业结束后继续存在，会保留镜像仓库的登录信息，下一次构建可以读取。请让每个运行器只执行一个作业（`--ephemeral`）。',
    ],
    [
      facts.openresty !== undefined,
      "Packages of the base distribution are verified by the distribution's signatures and not pinned: builds of different days may differ in them. The layer cache keeps those of the first build; a new `base.version` or `base.digest` brings newer ones.",
      '发行版软件包由发行版签名验证，但不固定版本：不同日期的构建可能不同。层缓存会保留首次构建时的软件包；更换 `base.version` 或 `base.digest` 才会更新。',
    ],
  ];
  return all.filter(([when]) => when).map(([, en, zh]) => ({ en, zh })[language]);
}

/** Security. */
export const security: Section = {
  en: (facts) =>
    blocks(
      `## ${HEADINGS.security.en}`,
      bullets(guarded(facts, 'en')),
      'What each job may do:',
      rightsTable(facts, 'en'),
      'What remains:',
      bullets(remains(facts, 'en')),
    ),
  zh: (facts) =>
    blocks(
      `## ${HEADINGS.security.zh}`,
      bullets(guarded(facts, 'zh')),
      '每个作业的权限：',
      rightsTable(facts, 'zh'),
      '仍需注意：',
      bullets(remains(facts, 'zh')),
    ),
};
