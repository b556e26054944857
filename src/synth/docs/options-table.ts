/** The options that people use most. Data: a test compares paths and defaults with `core/options.ts`. */
import type { Words } from './words';

/** One option. */
export interface OptionRow {
  /** Path in `.projenrc.ts`. */
  readonly path: string;
  /** The default as code, or in words where it depends on something. */
  readonly fallback: string | Words;
  readonly meaning: Words;
  /** Does only an OpenResty image have it? */
  readonly openresty?: true;
}

const REQUIRED: Words = { en: 'required', zh: '必填' };
const NONE: Words = { en: 'none', zh: '无' };
const RELEASES_OWN: Words = { en: "the release's own", zh: '该版本发布时所用' };
const PRESETS: Words = { en: "the preset's", zh: '取自预设' };

/** The rows, in the order in which people write them. */
export const OPTION_ROWS: readonly OptionRow[] = [
  { path: 'name', fallback: REQUIRED, meaning: { en: 'name of the image', zh: '镜像名称' } },
  { path: 'owner', fallback: REQUIRED, meaning: { en: 'namespace in the registry and on GitHub', zh: '镜像仓库和 GitHub 中的命名空间' } },
  { path: 'registry', fallback: '"ghcr.io"', meaning: { en: 'registry host', zh: '镜像仓库地址' } },
  {
    path: 'title',
    fallback: { en: 'the name', zh: '同名称' },
    meaning: { en: 'title of documents and labels', zh: '文档和标签（label）中的标题' },
  },
  {
    path: 'license',
    fallback: '"Apache-2.0"',
    meaning: { en: "the image's licence, an SPDX expression", zh: '镜像的许可证（SPDX 表达式）' },
  },
  {
    path: 'additionalRegistries',
    fallback: NONE,
    meaning: { en: 'registries that get the same digests too', zh: '同时推送相同摘要的其他镜像仓库' },
  },
  {
    path: 'architectures',
    fallback: '[{ name: "amd64" }, { name: "arm64" }]',
    meaning: {
      en: 'one row each: name, platform, and `spot`, `hosted` or `emulated`',
      zh: '每行一个：名称、平台，以及 `spot`、`hosted` 或 `emulated`',
    },
  },
  {
    path: 'mirrors',
    fallback: { en: 'no mirror', zh: '不使用镜像源' },
    meaning: { en: 'beginning of a download address → its replacement', zh: '下载地址前缀 → 替换地址' },
  },
  {
    path: 'openresty.version',
    fallback: { en: 'the newest known', zh: '已知的最新版本' },
    meaning: { en: 'OpenResty release', zh: 'OpenResty 版本' },
    openresty: true,
  },
  { path: 'openresty.openssl.version', fallback: RELEASES_OWN, meaning: { en: 'OpenSSL', zh: 'OpenSSL 版本' }, openresty: true },
  { path: 'openresty.pcre2.version', fallback: RELEASES_OWN, meaning: { en: 'PCRE2', zh: 'PCRE2 版本' }, openresty: true },
  {
    path: 'openresty.features',
    fallback: { en: "upstream's choice", zh: '与上游一致' },
    meaning: { en: 'feature → `"static"`, `"dynamic"` or `"off"`', zh: '功能 → `"static"`、`"dynamic"` 或 `"off"`' },
    openresty: true,
  },
  {
    path: 'openresty.modules',
    fallback: NONE,
    meaning: { en: 'nginx modules from elsewhere: name, url, checksum', zh: '第三方 nginx 模块：名称、地址、校验和' },
    openresty: true,
  },
  {
    path: 'openresty.luaLibraries',
    fallback: NONE,
    meaning: { en: 'Lua libraries from elsewhere: name, url, checksum', zh: '第三方 Lua 库：名称、地址、校验和' },
    openresty: true,
  },
  {
    path: 'openresty.packages',
    fallback: NONE,
    meaning: { en: 'packages of the base to add to the image', zh: '额外安装到镜像中的发行版软件包' },
    openresty: true,
  },
  {
    path: 'layout.preset',
    fallback: '"upstream"',
    meaning: { en: 'where things lie: `"upstream"` or `"dianplus"`', zh: '目录布局：`"upstream"` 或 `"dianplus"`' },
    openresty: true,
  },
  { path: 'layout.uid', fallback: '101', meaning: { en: 'numeric user, never 0', zh: '用户编号，不能为 0' }, openresty: true },
  { path: 'layout.confDir', fallback: PRESETS, meaning: { en: 'folder of the configuration', zh: '配置目录' }, openresty: true },
  {
    path: 'base.family',
    fallback: '"alpine"',
    meaning: { en: '`"alpine"` or `"debian"`', zh: '`"alpine"` 或 `"debian"`' },
    openresty: true,
  },
  {
    path: 'base.digest',
    fallback: { en: 'not pinned', zh: '不固定' },
    meaning: { en: 'pins the base image', zh: '按摘要固定基础镜像' },
    openresty: true,
  },
  {
    path: 'base.packageMirror',
    fallback: { en: "the distribution's own", zh: '发行版官方源' },
    meaning: { en: "mirror of the distribution's packages", zh: '发行版软件包的镜像源' },
    openresty: true,
  },
  {
    path: 'pipeline.triggers',
    fallback: 'false',
    meaning: { en: 'publish on pushes and version tags', zh: '推送和创建版本标签时自动构建并发布' },
  },
  {
    path: 'pipeline.branchTags',
    fallback: '{ master: "latest", develop: "develop" }',
    meaning: { en: 'branch → base tag', zh: '分支 → 统一标签' },
  },
  {
    path: 'pipeline.aliases',
    fallback: 'false',
    meaning: { en: 'shorter names of versions, which only move forwards', zh: '版本的短标签，只会向前移动' },
  },
  {
    path: 'pipeline.buildTimeoutMinutes',
    fallback: '60',
    meaning: { en: 'longest build, 5 to 360', zh: '单次构建的最长时间（5 至 360 分钟）' },
  },
  { path: 'pipeline.cache', fallback: 'true', meaning: { en: 'keep the layer cache in the registry', zh: '在镜像仓库中保存层缓存' } },
  {
    path: 'pipeline.sbom',
    fallback: 'false',
    meaning: { en: 'attach a list of all packages (SBOM) to the image', zh: '为镜像附加软件包清单（SBOM）' },
  },
  {
    path: 'pipeline.sign',
    fallback: 'false',
    meaning: { en: 'sign the public image, without keys (cosign)', zh: '对公开镜像进行无密钥签名（cosign）' },
  },
  {
    path: 'pipeline.regions',
    fallback: '[{ name: "us-east-1" }]',
    meaning: { en: 'AWS regions in order of preference; subnets and security groups', zh: 'AWS 区域（按优先顺序），以及子网和安全组' },
  },
  {
    path: 'pipeline.onDemandFallback',
    fallback: 'false',
    meaning: { en: 'launch on demand when there is no Spot capacity', zh: '没有 Spot 容量时改用按需实例' },
  },
  {
    path: 'pipeline.hostedFallback',
    fallback: 'false',
    meaning: {
      en: "build on GitHub's own runner when AWS has no machine (capacity, quota or price)",
      zh: 'AWS 因容量、配额或价格没有机器时，改用 GitHub 自带的 runner',
    },
  },
  {
    path: 'pipeline.maxBuildPrice',
    fallback: NONE,
    meaning: {
      en: "highest price of a build's machine over its whole time to live, in USD (CNY in China)",
      zh: '单次构建的机器在整个存活时间内的最高价格（美元；中国区为人民币）',
    },
  },
  {
    path: 'pipeline.proxy',
    fallback: NONE,
    meaning: { en: '`http://host:port` for the builders', zh: '构建机使用的代理：`http://host:port`' },
  },
  {
    path: 'pipeline.environment',
    fallback: '"spot-builders"',
    meaning: { en: 'GitHub Environment of the jobs with credentials for AWS', zh: '持有 AWS 凭据的作业所用的 GitHub Environment' },
  },
  { path: 'documents.languages', fallback: '["en", "zh"]', meaning: { en: 'languages of the documents', zh: '文档语言' } },
];
