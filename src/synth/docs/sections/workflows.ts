/** Automated builds: the workflows, and how a build goes. */
import type { Language } from '../../../core/config';
import { archTag } from '../../../core/tags';
import { archTags, branches, type Facts, labels, tagExamplesInWords } from '../facts';
import { whatBuilds, whereAll } from '../machines';
import { blocks, bullets, code, numbered, under } from '../markdown';
import type { Section } from '../section';
import { count, enumerate, list } from '../words';

function build(facts: Facts, language: Language): string[] {
  return facts.builds.map((one) => `**${one.workflow.name}** (${code(one.workflow.fileName)}): ${whatBuilds(one, language)}`);
}

function onPush({ config }: Facts, language: Language): string {
  const { triggers } = config.pipeline;
  return {
    en: triggers ? ' (switched on)' : ' (switched off: by hand only)',
    zh: triggers ? '（当前已启用）' : '（当前已禁用，仅支持手动触发）',
  }[language];
}

function branchList(facts: Facts): string {
  return branches(facts).map(code).join('/');
}

function switchHint({ config, publish }: Facts, language: Language): string | undefined {
  if (config.pipeline.triggers)
    return {
      en: `A push starts \`${publish.name}\` and nothing else, or everything would be built twice.`,
      zh: `推送只会启动 \`${publish.name}\`，避免重复构建。`,
    }[language];
  return {
    en: `A push starts nothing, so that nothing costs money unasked. The triggers stand in \`${publish.fileName}\` as a comment; \`pipeline: { triggers: true }\` in \`.projenrc.ts\` switches them on.`,
    zh: `推送不会自动启动任何工作流，因此不会产生意外费用。触发条件以注释形式保留在 \`${publish.fileName}\` 中；在 \`.projenrc.ts\` 中设置 \`pipeline: { triggers: true }\` 即可启用。`,
  }[language];
}

/** What happens to a build besides the ordinary; nothing where no machine is launched. */
function special({ spotBuilds, config }: Facts, language: Language): string | undefined {
  if (spotBuilds.length === 0) return undefined;
  const { hostedFallback } = config.pipeline;
  const all: Readonly<Record<Language, readonly string[]>> = {
    en: [
      '**The wrong machine** builds nothing: the first step compares what the machine says of itself with what the launch announced.',
      '**Spot takes the machine back** in the middle of a build: that architecture is built once more in the same run, on demand. What the others pushed stays.',
      ...(hostedFallback ? ["**AWS has no machine**: the build goes to GitHub's own runner of the architecture."] : []),
      '**Green or red** is said by the last job, `verdict`: an image was pushed, and every machine is proven to be gone.',
      '**Run it again** with *Re-run all jobs*. *Re-run failed jobs* fails at once and says so, where it would wait for a machine that is gone.',
    ],
    zh: [
      '**机器不符**时不构建：第一步核对机器自身的身份与启动作业公布的是否一致。',
      '**构建中途被 Spot 收回**时，在同一次运行中用按需实例重新构建该架构一次，其他架构已推送的镜像保持不变。',
      ...(hostedFallback ? ['**AWS 没有可用机器**时，改用 GitHub 自带的该架构运行器构建。'] : []),
      '**成败**由最后一个作业 `verdict` 判定：镜像已推送，且所有实例均确认已销毁。',
      '**重新运行**请选择 *Re-run all jobs*。选择 *Re-run failed jobs* 而原实例已不存在时，会立即失败并说明原因。',
    ],
  };
  const heading = { en: '#### When something happens', zh: '#### 异常情况' }[language];
  return blocks(heading, bullets(all[language]));
}

/** Builds and merge in one run. */
function oneClick({ publish, builds, merge }: Facts, language: Language): string {
  const ids = builds.map(({ workflow }) => code(workflow.name));
  const heading = { en: '#### One click', zh: '#### 一键发布' }[language];
  return blocks(
    heading,
    {
      en: `\`${publish.name}\` does both stages in one run: it calls ${list(ids, 'en')} and then merges exactly the digests that this run has pushed. Whoever moves the tag of an architecture meanwhile changes nothing in it. If one build fails, no public tag moves. To run it again choose *Re-run all jobs*; where only the merge failed, *Re-run failed jobs* is enough.`,
      zh: `\`${publish.name}\` 在一次运行中完成两个阶段：调用 ${list(ids, 'zh')}，然后只合并本次运行推送的摘要（digest）。即使期间有人改动了架构标签，也不影响本次合并。任一构建失败，公开标签都不会变动。重新运行请选择 *Re-run all jobs*；仅合并失败时，选择 *Re-run failed jobs* 即可。`,
    }[language],
    {
      en: `Runs of one tag wait for one another. GitHub keeps only the newest of those that wait and shows the others as cancelled: it has the newer commit of the branch, or the same commit of the version. Builds that \`${publish.name}\` calls have a queue of their own, so that a build by hand never pushes them out; it shares the queue of merges with \`${merge.name}\`, and turns red if its merge is pushed out.`,
      zh: `同一标签的运行依次排队。GitHub 只保留最新的一个等待者，其余显示为已取消：最新者包含分支上更新的提交，或同一版本的同一提交。由 \`${publish.name}\` 调用的构建有自己的队列，手动构建不会将其挤出；合并与 \`${merge.name}\` 共用队列，若合并被挤出，本次运行会标记为失败。`,
    }[language],
  );
}

/** The workflows and the two stages. */
export const workflows: Section = {
  en: (facts) => {
    const { builds, merge, publish, reap, test, doctor, tag, config } = facts;
    const all = labels(builds, 'en');
    const several = builds.length > 1;
    const tagged = builds.map(({ architecture }) => code(archTag('<tag>', architecture.name)));
    return blocks(
      '## Automated builds',
      `GitHub Actions builds the image for ${all}.`,
      '### Workflows',
      `There are ${count(builds.length + 1, 'en')} main workflows:`,
      numbered([
        ...build(facts, 'en'),
        `**${merge.name}** (${code(merge.fileName)}): ${several ? `puts the ${all} images under one multi-architecture tag` : `publishes the ${all} image under its public tag`}`,
      ]),
      `**${publish.name}** (${code(publish.fileName)}) does all of this with one click: it calls the ${several ? 'builds' : 'build'}, then merges what they pushed.`,
      reap &&
        `**${reap.name}** (${code(reap.fileName)}) ends, twice an hour, what nobody ended: machines, registrations, runs that wait for a machine which is gone.`,
      `Besides, **${test.name}** (${code(test.fileName)}) tests the project on pull requests and pushes; it publishes nothing. **${doctor.name}** (${code(doctor.fileName)}), run by hand, says which access the pipeline lacks and how to mend it.`,
      '### How a build goes',
      `#### Stage 1: ${several ? 'one image per architecture' : 'the image of the architecture'}`,
      numbered([
        under('**What starts it**:', [
          ...(branches(facts).length > 0 ? [`a push to ${branchList(facts)}, through \`${publish.name}\`${onPush(facts, 'en')}`] : []),
          `a version tag \`v*\`, through \`${publish.name}\`${onPush(facts, 'en')}`,
          'by hand, on the Actions page',
        ]),
        under('**What it does**:', [
          ...(several ? [`The workflows of ${all} run independently.`] : []),
          whereAll(facts, 'en'),
          'The image is built and smoke-tested; only then the job logs in to the registry.',
          `It is pushed under the tag of its architecture, such as ${list(archTags(facts, tag), 'en')}.`,
        ]),
      ]),
      switchHint(facts, 'en'),
      special(facts, 'en'),
      `#### Stage 2: ${several ? 'merge' : 'publish'}`,
      numbered([
        under('**What starts it**:', [
          `When ${several ? `the builds of ${all} are` : 'the build is'} done, start \`${merge.name}\` by hand.`,
          `Type the tag without architecture, such as ${tagExamplesInWords(facts, 'en')}.`,
        ]),
        under('**What it does**:', [
          `It looks up ${list(tagged, 'en')} once, and from there on works by digest. ${several ? 'Each' : 'It'} must exist and hold exactly one image of its platform.`,
          `It creates ${code('<tag>')} from ${several ? 'them' : 'it'} in \`${config.image.registry}\`.`,
          ...(several
            ? ['The images must be of one commit, version, base and parts; else it is refused, and the reason says what to run.']
            : []),
          'A version never changes once it is public, and the tag of a branch never goes back to an older commit.',
          'Docker then picks the image of the platform it runs on.',
        ]),
      ]),
      oneClick(facts, 'en'),
    );
  },
  zh: (facts) => {
    const { builds, merge, publish, reap, test, doctor, tag } = facts;
    const all = labels(builds, 'zh');
    const several = builds.length > 1;
    const tagged = builds.map(({ architecture }) => code(archTag('<tag>', architecture.name)));
    return blocks(
      '## 自动化构建',
      `本项目使用 GitHub Actions 进行自动化构建，支持 ${all} 架构`,
      '### 构建工作流',
      `项目提供${count(builds.length + 1, 'zh')}个主要工作流：`,
      numbered([
        ...build(facts, 'zh'),
        `**${merge.name}** (${code(merge.fileName)}): ${several ? `合并 ${all} 镜像为多架构 manifest` : `将 ${all} 镜像发布为统一标签`}`,
      ]),
      `**${publish.name}** (${code(publish.fileName)}) 一键完成上述全部步骤：调用各构建工作流，再合并其推送的镜像。`,
      reap && `**${reap.name}** (${code(reap.fileName)}) 每小时两次清理无人销毁的实例、运行器注册，以及等待已消失机器的运行。`,
      `另有 **${test.name}** (${code(test.fileName)})，在拉取请求和推送时测试本项目，不发布任何内容；**${doctor.name}** (${code(doctor.fileName)}) 手动运行，指出流水线缺少的访问权限及补救方法。`,
      '### 构建流程',
      '#### 阶段 1: 架构特定镜像构建',
      numbered([
        under('**触发构建**:', [
          ...(branches(facts).length > 0 ? [`推送到 ${branchList(facts)} 分支时自动触发${onPush(facts, 'zh')}`] : []),
          `创建 \`v*\` 版本标签时自动触发${onPush(facts, 'zh')}`,
          '通过 GitHub Actions 页面手动运行工作流',
        ]),
        under('**执行构建**:', [
          ...(several ? [`${all} 构建工作流独立运行`] : []),
          whereAll(facts, 'zh'),
          '先构建并通过冒烟测试，之后才登录镜像仓库',
          `构建完成后推送架构特定标签（如 ${enumerate(archTags(facts, tag), 'zh')}）`,
        ]),
      ]),
      switchHint(facts, 'zh'),
      special(facts, 'zh'),
      `#### 阶段 2: ${several ? '多架构镜像合并' : '发布统一标签'}`,
      numbered([
        under('**触发合并**:', [
          `在 ${all} 构建${several ? '都' : ''}完成后，手动触发 \`${merge.name}\` 工作流`,
          `输入要合并的标签（不含架构后缀，如 ${tagExamplesInWords(facts, 'zh')}）`,
        ]),
        under('**执行合并**:', [
          `检查对应的架构特定镜像是否存在（${list(tagged, 'zh')}）`,
          '每个标签只解析一次，之后全部按摘要（digest）操作；每个镜像必须恰好对应自己的平台，否则拒绝合并',
          `创建并推送${several ? '多架构' : ''} manifest（${code('<tag>')}）`,
          ...(several ? ['各镜像的提交、版本、基础镜像和组件版本必须一致，否则拒绝合并，并说明应重新运行哪个工作流'] : []),
          '版本标签一经发布不再改变，分支标签不会退回到更旧的提交',
          'Docker 会根据运行平台自动选择对应的架构镜像',
        ]),
      ]),
      oneClick(facts, 'zh'),
    );
  },
};
