/** Where each architecture is built, in words. */
import { hostBuilder } from '../../core/architecture';
import type { Language } from '../../core/config';
import { HOSTED_LABELS } from '../../core/platform';
import { type Build, type Facts, labels } from './facts';
import { code } from './markdown';
import type { Words } from './words';

/** Does GitHub keep this runner? Otherwise somebody else does. */
function runnerWords(runner: string): Words {
  return Object.hasOwn(HOSTED_LABELS, runner)
    ? { en: `on GitHub's runner ${code(runner)}`, zh: `在 GitHub 托管的 ${code(runner)} 运行器上` }
    : { en: `on the runner ${code(runner)}`, zh: `在运行器 ${code(runner)} 上` };
}

/** `on AMD64 Spot instances`, `在 AMD64 Spot 实例上`. */
export function where({ architecture, host }: Build, language: Language): string {
  const builder = hostBuilder(architecture);
  if (builder.kind === 'hosted') return runnerWords(builder.runner)[language];
  return { en: `on ${host.label} Spot instances`, zh: `在 ${host.label} Spot 实例上` }[language];
}

/** What one build workflow does: `builds the AMD64 image on AMD64 Spot instances`. */
export function whatBuilds(build: Build, language: Language): string {
  const { label, builder } = build.architecture;
  const emulated = builder.kind === 'emulated';
  return {
    en: `builds the ${label} image ${where(build, 'en')}${emulated ? ', emulated by QEMU' : ''}`,
    zh: `${where(build, 'zh')}${emulated ? '用 QEMU 模拟' : ''}构建 ${label} 架构镜像`,
  }[language];
}

/** One sentence on where the workflows build, as a whole. */
export function whereAll({ builds, spotBuilds, emulatedBuilds, nativeBuilds }: Facts, language: Language): string {
  const spot = spotBuilds.length === builds.length;
  const machine: Words = spot ? { en: 'a Spot instance', zh: 'Spot 实例' } : { en: 'a machine', zh: '机器' };
  if (emulatedBuilds.length === 0) {
    return {
      en: `Each builds on ${machine.en} of its own architecture.`,
      zh: `每个工作流在对应的原生架构 ${machine.zh}上构建`.replace('架构 机器', '架构机器'),
    }[language];
  }
  const [emulated, native] = [emulatedBuilds, nativeBuilds].map((some) => labels(some, language));
  return {
    en: `${native} ${nativeBuilds.length === 1 ? 'is' : 'are'} built on ${machine.en} of ${nativeBuilds.length === 1 ? 'its' : 'their'} own architecture, ${emulated} under QEMU on another one's.`,
    zh: `${native} 在对应的原生架构 ${machine.zh}上构建，${emulated} 在其他架构的机器上用 QEMU 模拟构建`.replace('架构 机器', '架构机器'),
  }[language];
}
