/** What an OpenResty image is made of, in words and tables. */
import type { Archive, Language, OpenRestyConfig } from '../../core/config';
import { type Block, code, table } from './markdown';
import { list } from './words';

/** `Alpine 3.23.5`, `Debian trixie`. */
export function baseInWords({ base }: OpenRestyConfig): string {
  return `${{ alpine: 'Alpine', debian: 'Debian' }[base.family]} ${base.version}`;
}

/** `OpenResty 1.31.1.1 with OpenSSL 3.5.8 and PCRE2 10.47 on Alpine 3.23.5`. */
export function contentsInWords(config: OpenRestyConfig, language: Language): string {
  const { version, openssl, pcre2 } = config.openresty;
  const libraries = list([`OpenSSL ${openssl.version}`, `PCRE2 ${pcre2.version}`], language);
  return {
    en: `OpenResty ${version} with ${libraries} on ${baseInWords(config)}`,
    zh: `OpenResty ${version}（${libraries}，基于 ${baseInWords(config)}）`,
  }[language];
}

function row(name: string, version: string, { url, checksum }: Archive): string[] {
  return [name, version, `<${url}>`, code(checksum)];
}

/** Every archive of the build: version, source, checksum. */
export function sourcesTable({ openresty }: OpenRestyConfig, language: Language): Block {
  const head = { en: ['Part', 'Version', 'Source', 'Checksum'], zh: ['组成', '版本', '来源', '校验和'] };
  const patch = { en: "OpenResty's patch for OpenSSL", zh: 'OpenResty 的 OpenSSL 补丁' };
  return table(head[language], [
    row('OpenResty', openresty.version, openresty.source),
    row('OpenSSL', openresty.openssl.version, openresty.openssl.source),
    row(patch[language], openresty.openssl.patch.version, openresty.openssl.patch),
    row('PCRE2', openresty.pcre2.version, openresty.pcre2.source),
    ...openresty.modules.map((module) => row(code(module.name), '', module)),
    ...openresty.luaLibraries.map((library) => row(code(library.name), '', library)),
  ]);
}

/** The known vulnerabilities that the release does not fix; '' if there is none or nothing is known. */
export function cveTable({ openresty }: OpenRestyConfig, language: Language): Block {
  const head = { en: ['CVE', 'What', 'Severity, by its advisory', 'Fixed in'], zh: ['CVE', '内容', '严重程度（公告原文）', '修复版本'] };
  const nowhere = { en: 'no release yet', zh: '尚无' };
  const open = openresty.openCves ?? [];
  return open.length === 0
    ? ''
    : table(
        head[language],
        open.map(({ id, what, severity, fixedIn }) => [
          `[${id}](https://www.cve.org/CVERecord?id=${id})`,
          what,
          severity,
          fixedIn ?? nowhere[language],
        ]),
      );
}
