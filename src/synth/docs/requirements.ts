/** The requirements, in Chinese: what the image and the workflows have to be. */
import { timeToLive } from '../../core/time-to-live';
import { BAKE_COMMAND } from './commands';
import type { Facts } from './facts';
import { REQUIREMENTS, readmeFile, relative, TAG_STRATEGY_HEADING } from './files';
import { whatBuilds } from './machines';
import { anchor, type Block, blocks, bullets, code, numbered, table } from './markdown';
import { sourcesTable } from './release';
import { buildTable, layoutTable, vulnerabilities } from './sections/contents';
import { acceptedTable, refusedTable } from './tag-tables';

/** `requirements/README.md`: what is where. */
export function requirementsIndex(facts: Facts): Block {
  const { languages } = facts.config.documents;
  const link = (title: string, file: string) => `[${title}](${relative(REQUIREMENTS.index, file)})`;
  return blocks(
    '# 需求文档',
    `${code(facts.config.image.reference)} 的镜像、工作流和初始设置要求。这些文档与所描述的文件由同一份配置（\`.projenrc.ts\`）生成。`,
    table(
      ['文档', '内容'],
      [
        [link('镜像', REQUIREMENTS.image), '镜像的组成、布局和验收'],
        [
          link('工作流', REQUIREMENTS.workflows),
          `构建与合并，[标签策略](${relative(REQUIREMENTS.index, REQUIREMENTS.workflows)}#${anchor(TAG_STRATEGY_HEADING)})`,
        ],
        [link('初始设置', REQUIREMENTS.setup), 'GitHub、AWS 和镜像仓库的一次性设置'],
      ],
    ),
    `概览见 [README](${relative(REQUIREMENTS.index, readmeFile('zh', languages))})。`,
  );
}

/** What every image has to be, and what this one is made of. */
export function imageRequirements(facts: Facts): Block {
  const { config, openresty, builds } = facts;
  const platforms = table(
    ['架构', '平台', '构建'],
    builds.map((build) => [build.architecture.label, code(build.architecture.platform), whatBuilds(build, 'zh')]),
  );
  const own = openresty
    ? blocks(
        '## 组成',
        sourcesTable(openresty, 'zh'),
        '每个下载都按校验和验证，OpenSSL 补丁地址固定到提交。OpenSSL、PCRE2 和模块各自独立成阶段：升级 OpenResty 时从缓存取得。',
        '## 编译与模块',
        buildTable(openresty, 'zh'),
        '## 布局',
        layoutTable(openresty, 'zh'),
        '## 验收',
        `推送前必须通过冒烟测试（\`smoke\` 阶段，文件在 \`docker/smoke\` 中），以镜像用户的身份、在无网络的环境中运行：`,
        bullets([
          '运行用户和组、各组成部分的版本正确',
          `\`${openresty.layout.confDir}/nginx.conf\` 通过检查`,
          '通过 HTTP 和 TLS 提供 Lua 服务，`resty.core` 可用',
          ...(openresty.openresty.configureFlags.includes('--with-pcre-jit') ? ['PCRE JIT 可用'] : []),
          '配置的每个模块都能加载',
          '收到 `SIGQUIT` 后正常结束',
        ]),
        '## 未修复的漏洞',
        vulnerabilities(openresty, 'zh'),
      )
    : blocks(
        '## Dockerfile',
        bullets([
          '`docker/Dockerfile` 由本项目维护，`image` 阶段即发布的镜像，`smoke` 阶段对其进行冒烟测试',
          '`docker/docker-bake.json` 是唯一的构建定义：平台、参数、标签（label）、缓存、来源证明',
          '构建参数 `SOURCE_DATE_EPOCH` 为提交时间，使用它可以得到可重复的镜像',
        ]),
      );
  return blocks(
    '# 镜像需求',
    `${code(config.image.reference)} 支持以下平台：`,
    platforms,
    own,
    '## 本机构建',
    `\`${BAKE_COMMAND}\` 为本机平台构建，得到 ${code(`${config.image.reference}:dev`)}。`,
  );
}

function commandTable(facts: Facts): Block {
  const script = 'node .github/scripts/spot-image.mjs';
  const name = facts.builds[0].architecture.name;
  const spot: readonly string[][] =
    facts.spotBuilds.length > 0
      ? [
          [code(`${script} launch --arch ${facts.spotBuilds[0].architecture.name}`), '启动一台 Spot 实例并注册为只做一个作业的运行器'],
          [code(`${script} stop --arch ${facts.spotBuilds[0].architecture.name}`), '按标签（tag）查找并销毁实例，确认其已终止'],
        ]
      : [];
  return table(
    ['命令', '作用'],
    [
      [code(`${script} tags --ref refs/tags/v1.0.0 --json`), '输出该 ref 对应的标签'],
      ...spot,
      [code(`docker buildx bake --file docker/docker-bake.json smoke-${name}`), '构建并冒烟测试'],
      [code(`${script} login`), '登录镜像仓库'],
      [code(`docker buildx bake --file docker/docker-bake.json push-${name}`), '推送架构特定标签'],
      [code(`${script} merge --tag ${facts.tag} --dry-run`), '检查并显示将要合并的内容；不带 `--dry-run` 时推送'],
    ],
  );
}

/** The workflows, and the tag strategy. */
export function workflowRequirements(facts: Facts): Block {
  const { builds, merge, reap, test, doctor, config, spotBuilds } = facts;
  const { buildTimeoutMinutes, triggers, cache } = config.pipeline;
  const ttl = timeToLive(buildTimeoutMinutes).totalSeconds / 60;
  return blocks(
    '# 工作流需求',
    '## 工作流',
    table(
      ['工作流', '文件', '作用'],
      [
        ...builds.map((build) => [build.workflow.name, code(`.github/workflows/${build.workflow.fileName}`), whatBuilds(build, 'zh')]),
        [merge.name, code(`.github/workflows/${merge.fileName}`), '将各架构镜像发布为统一标签'],
        ...(reap ? [[reap.name, code(`.github/workflows/${reap.fileName}`), '定时清理无人销毁的实例和运行器注册，每小时两次']] : []),
        [test.name, code(`.github/workflows/${test.fileName}`), '测试项目本身，不发布任何内容'],
        [doctor.name, code(`.github/workflows/${doctor.fileName}`), '检查流水线所需的访问权限，不更改任何内容'],
      ],
    ),
    bullets([
      triggers ? '推送分支和创建 `v*` 标签时自动构建（`pipeline.triggers: true`）' : '仅支持手动触发（`pipeline.triggers: false`）',
      `单次构建最长 ${buildTimeoutMinutes} 分钟（\`pipeline.buildTimeoutMinutes\`）${spotBuilds.length > 0 ? `；实例最长存在 ${ttl} 分钟，由此推算得出` : ''}`,
      '同一标签、同一架构同时只有一个构建；等待中的只保留最新一个',
      cache ? `层缓存保存在 ${code(config.image.cacheReference)}，每个架构一个标签` : '不使用层缓存（`pipeline.cache: false`）',
      ...(spotBuilds.length > 0
        ? [
            '构建前先核对机器身份：实例编号、运行器名称、随机数、机型、可用区和 `uname -m` 必须与启动作业的输出一致，否则立即失败',
            'Spot 在构建中途收回实例时，同一次运行中改用按需实例重新构建一次（仅该架构）；由最后一个作业 `verdict` 判定：有镜像摘要、且所有实例均确认已销毁，才算成功',
            '重新运行时请选择 "Re-run all jobs"：只重新运行失败的作业时，原来的实例已不存在，`verdict` 会说明原因并失败',
          ]
        : []),
    ]),
    '## 命令',
    '工作流中的每个 `run` 只有一条命令，逻辑都在脚本中：',
    commandTable(facts),
    '每个命令都支持 `--help` 和 `--json`。退出码：0 完成，1 被拒绝或失败（原因见 stderr），2 用法错误。',
    `## ${TAG_STRATEGY_HEADING}`,
    '下表由计算标签的同一个函数生成，构建、合并和命令 `tags` 使用的都是它。',
    numbered([
      '构建阶段推送架构特定标签：统一标签加 `-` 和架构名。',
      '合并阶段创建统一标签，用户拉取的就是它。',
      '输入优先于分支和 git 标签；未输入时由运行所在的分支或 git 标签决定。',
      '版本标签保留 `v`，位数不限。',
      '架构特定标签不能作为统一标签。',
    ]),
    '### 有效的标签',
    acceptedTable(facts, 'zh'),
    '### 被拒绝的标签',
    refusedTable(facts, 'zh'),
  );
}
