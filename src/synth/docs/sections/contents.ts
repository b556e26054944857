/** What is in an OpenResty image. */
import type { Language, OpenRestyConfig } from '../../../core/config';
import type { Facts } from '../facts';
import { type Block, blocks, code, fence, table } from '../markdown';
import { moduleNotes } from '../module-notes';
import { baseInWords, cveTable, sourcesTable } from '../release';
import type { Section } from '../section';
import { enumerate } from '../words';
import { HEADINGS } from './headings';

/** A block that is folded until somebody clicks it. */
function folded(summary: string, block: Block): Block {
  return blocks(`<details>\n<summary>${summary}</summary>`, block, '</details>');
}

function codes(words: readonly string[], language: Language): string {
  const none = { en: 'none', zh: '无' };
  return words.length === 0 ? none[language] : enumerate(words.map(code), language);
}

/** Folders, binary and account. */
export function layoutTable({ layout }: OpenRestyConfig, language: Language): Block {
  const head = { en: ['What', 'Where'], zh: ['内容', '位置'] };
  const rows: readonly (readonly [en: string, zh: string, value: string])[] = [
    ['Prefix', '安装前缀', code(layout.prefix)],
    ['Configuration', '配置', codes([`${layout.confDir}/nginx.conf`, `${layout.confDir}/conf.d/*.conf`], language)],
    ['Loadable modules', '动态模块', code(layout.modulesDir)],
    ['Binary', '可执行文件', code(layout.binary)],
    [
      'Logs',
      '日志',
      { en: `${code(layout.logDir)}, links to stdout and stderr`, zh: `${code(layout.logDir)}，链接到 stdout 和 stderr` }[language],
    ],
    ['Must be writable', '必须可写', code(layout.runDir)],
    ['User and group', '用户和组', `${code(`${layout.user}:${layout.group}`)} (${layout.uid}:${layout.gid})`],
  ];
  return table(
    head[language],
    rows.map(([en, zh, value]) => [{ en, zh }[language], value]),
  );
}

/** What was compiled in, and how. */
export function buildTable({ openresty }: OpenRestyConfig, language: Language): Block {
  const head = { en: ['What', 'Value'], zh: ['内容', '取值'] };
  const { modules, luaLibraries, dynamicModules, luajitFlags, packages, configureFlags } = openresty;
  const rows: readonly (readonly [en: string, zh: string, values: readonly string[]])[] = [
    ['Loadable modules', '动态模块', dynamicModules],
    ['Modules linked in', '静态链接的第三方模块', modules.filter((m) => !m.dynamic).map((m) => m.name)],
    ['Lua libraries from elsewhere', '第三方 Lua 库', luaLibraries.map((l) => l.name)],
    ['Run-time packages', '运行时软件包', packages.run],
    ['LuaJIT flags', 'LuaJIT 编译参数', luajitFlags],
    ['`./configure` flags', '`./configure` 参数', configureFlags],
  ];
  return table(
    head[language],
    rows.map(([en, zh, values]) => [{ en, zh }[language], codes(values, language)]),
  );
}

/** Vulnerabilities in a sentence, and in a table where there are some. */
export function vulnerabilities(config: OpenRestyConfig, language: Language): Block {
  const { version, openCves } = config.openresty;
  if (openCves === undefined) {
    return {
      en: `Unknown: the catalogue has no data on OpenResty ${version}, or it comes from a source of your own.`,
      zh: `未知：版本目录中没有 OpenResty ${version} 的数据，或使用了自定义来源。`,
    }[language];
  }
  if (openCves.length === 0) {
    return { en: `The catalogue knows of none in OpenResty ${version}.`, zh: `版本目录中没有 OpenResty ${version} 的已知漏洞。` }[language];
  }
  const known = {
    en: `What the catalogue of releases knows of OpenResty ${version}:`,
    zh: `版本目录中 OpenResty ${version} 的已知漏洞：`,
  };
  return blocks(known[language], cveTable(config, language));
}

function runLines({ config, tag }: Facts, { layout }: OpenRestyConfig): string[] {
  return [
    'docker run --rm --publish 8080:80 \\',
    `  --volume "$PWD/docker/conf.d:${layout.confDir}/conf.d:ro" \\`,
    `  ${config.image.reference}:${tag}`,
  ];
}

function notes(config: OpenRestyConfig, language: Language): Block {
  const all = moduleNotes(config).map((note) => note[language]);
  return all.length === 0 ? '' : `> [!NOTE]\n${all.map((note) => `> ${note}`).join('\n>\n')}`;
}

function contents(facts: Facts, config: OpenRestyConfig, language: Language): Block {
  const { openresty } = config;
  const words = {
    en: {
      title: 'What is in the image',
      parts: `OpenResty ${openresty.version}${openresty.released ? ` of ${openresty.released}` : ', a release of your own'}, OpenSSL ${openresty.openssl.version} with OpenResty's patch ${openresty.openssl.patch.version}, PCRE2 ${openresty.pcre2.version}, on ${baseInWords(config)}. The image's labels say the same (\`docker inspect\`).`,
      sources: 'Sources and checksums',
      built: 'Modules, packages and flags',
      run: 'Run it with a configuration of your own:',
      ends: 'It runs without root. `SIGQUIT`, which `docker stop` sends, lets it finish the requests that are under way, as long as `docker stop --time` allows (10 seconds unless given). Ports below 1024 are open to it in Docker since 20.10; elsewhere set the sysctl `net.ipv4.ip_unprivileged_port_start=0`.',
    },
    zh: {
      title: '镜像内容',
      parts: `OpenResty ${openresty.version}${openresty.released ? `（${openresty.released} 发布）` : '（自定义版本）'}，OpenSSL ${openresty.openssl.version}（OpenResty 补丁 ${openresty.openssl.patch.version}），PCRE2 ${openresty.pcre2.version}，基于 ${baseInWords(config)}。镜像标签（label）中也有这些版本，可用 \`docker inspect\` 查看。`,
      sources: '来源与校验和',
      built: '模块、软件包与编译参数',
      run: '使用自己的配置运行：',
      ends: '镜像不以 root 运行。`docker stop` 发送的 `SIGQUIT` 会让正在处理的请求先完成，最长等待时间由 `docker stop --time` 决定（默认 10 秒）。Docker 20.10 及更高版本允许其监听 1024 以下的端口；其他环境请设置 sysctl `net.ipv4.ip_unprivileged_port_start=0`。',
    },
  }[language];
  return blocks(
    `## ${words.title}`,
    words.parts,
    layoutTable(config, language),
    words.run,
    fence('bash', runLines(facts, config)),
    words.ends,
    notes(config, language),
    folded(words.sources, sourcesTable(config, language)),
    folded(words.built, buildTable(config, language)),
    `### ${HEADINGS.cves[language]}`,
    vulnerabilities(config, language),
  );
}

/** Nothing for an image that is not OpenResty's: its own Dockerfile says it. */
export const imageContents: Section = {
  en: (facts) => (facts.openresty ? contents(facts, facts.openresty, 'en') : ''),
  zh: (facts) => (facts.openresty ? contents(facts, facts.openresty, 'zh') : ''),
};
