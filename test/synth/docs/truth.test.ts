/** What the documents name exists: in the workflows, in the config's types, in the commands. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { ImageConfig } from '../../../src/core/config';
import { resolveTags } from '../../../src/core/tags';
import { renderDocuments } from '../../../src/synth/docs/documents';
import { factsOf } from '../../../src/synth/docs/facts';
import { settings } from '../../../src/synth/docs/settings';
import { tagExamples, tagRules } from '../../../src/synth/docs/tag-tables';
import { bakeFile } from '../../../src/synth/image/bake';
import { renderDockerfile } from '../../../src/synth/image/dockerfile';
import { renderWorkflow } from '../../../src/synth/pipeline/render-workflow';
import { workflows } from '../../../src/synth/pipeline/workflows';
import { openRestyConfig } from '../../support/config';
import { CONFIGS } from './configs';
import { read } from './markdown-reader';

const ALL = Object.entries(CONFIGS);

function textsOf(config: ImageConfig): string[] {
  return Object.values(renderDocuments(config, { home: true }));
}

function yamlOf(config: ImageConfig): string {
  return workflows(config).map(renderWorkflow).join('\n');
}

describe('names', () => {
  it.each(ALL)('of workflow files are those that are generated: %s', (_, config) => {
    const files = workflows(config).map(({ fileName }) => fileName);
    const added = /build-(?:s390x|armv7|i386)\.yml/; // the example of one more architecture
    for (const text of textsOf(config)) {
      const named = [...text.matchAll(/(?:\.github\/workflows\/)?([\w-]+\.yml)/g)].map(([, file]) => file);
      expect(named.filter((file) => !files.includes(file) && !added.test(file))).toEqual([]);
    }
    const readme = renderDocuments(config)['README.md'];
    for (const { name, fileName } of workflows(config)) expect(readme).toContain(`**${name}** (\`${fileName}\`)`);
  });

  it.each(ALL)('of bake targets are those of the bake file: %s', (_, config) => {
    const targets = Object.keys((bakeFile(config) as { target: object }).target);
    const named = textsOf(config).flatMap((text) => [...text.matchAll(/docker-bake\.json ([\w-]+)/g)].map(([, target]) => target));
    expect(named.filter((target) => !targets.includes(target))).toEqual([]);
  });

  it.each(ALL)('of variables and secrets are exactly those that the workflows read: %s', (_, config) => {
    const used = [...new Set([...yamlOf(config).matchAll(/\b(vars|secrets)\.([A-Z_]+)/g)].map(([, kind, name]) => `${kind}.${name}`))];
    const told = settings(factsOf(config)).map(({ kind, name }) => `${kind === 'variable' ? 'vars' : 'secrets'}.${name}`);
    expect(told.sort()).toEqual(used.sort());
  });

  it('of secrets are told to be in the Environment where every job that reads them is in it', () => {
    for (const [name, config] of ALL) {
      for (const { name: setting, inEnvironment } of settings(factsOf(config))) {
        const jobs = workflows(config).flatMap(({ jobs: all }) => Object.values(all));
        const readers = jobs.filter((job) => JSON.stringify(job).includes(`.${setting} }}`));
        expect(readers.length, `${name}: ${setting}`).toBeGreaterThan(0);
        expect(
          readers.map((job) => 'environment' in job && job.environment === config.pipeline.environment),
          `${name}: ${setting}`,
        ).toEqual(readers.map(() => inEnvironment));
      }
    }
  });

  it("of the script's commands are those that it has, with their options", () => {
    const main = readFileSync(join(__dirname, '../../../src/runtime/main.ts'), 'utf8');
    for (const text of textsOf(CONFIGS.DianPlus)) {
      for (const [, command, rest] of text.matchAll(/spot-image\.mjs ([a-z]+)([^`\n]*)/g)) {
        expect(main, command).toMatch(new RegExp(`commands/${command}'`));
        const source = readFileSync(join(__dirname, `../../../src/runtime/commands/${command}.ts`), 'utf8');
        for (const [option] of rest.matchAll(/--[a-z-]+/g)) expect(source, `${command} ${option}`).toContain(option);
      }
    }
  });

  it('of rooms are folders', () => {
    const rooms = [...renderDocuments(CONFIGS.DianPlus, { home: true })['README.md'].matchAll(/^- `((?:src|test)[\w/]*)`:/gm)].map(
      ([, room]) => room,
    );
    expect(rooms).toHaveLength(4);
    for (const room of rooms) expect(() => readFileSync(join(__dirname, '../../..', room))).toThrow(/EISDIR/);
    expect(renderDocuments(CONFIGS.DianPlus)['README.md']).not.toContain('src/runtime');
  });
});

describe('the tag tables', () => {
  it.each(ALL)('have the answers of the function that the pipeline asks: %s', (_, config) => {
    const facts = factsOf(config);
    const path = config.documents.languages.includes('zh') ? 'requirements/02-workflows.md' : 'README.md';
    const language = path === 'README.md' ? 'en' : 'zh';
    const rows = read(renderDocuments(config)[path]).tables.flat();
    for (const { asked, facts: question } of tagExamples(facts)) {
      const verdict = resolveTags(tagRules(facts), question);
      const row = rows.find(([first]) => first === asked[language]);
      expect(row, asked[language]).toBeDefined();
      const answer = verdict.ok
        ? [verdict.tag, ...config.architectures.map(({ name }) => verdict.archTags[name])].map((tag) => `\`${tag}\``)
        : [verdict.reason];
      expect(row?.slice(1).map((cell) => cell.replace(/\\(.)/g, '$1'))).toEqual(answer);
    }
  });

  it('cover what is accepted and what is refused, whatever the config', () => {
    for (const [name, config] of ALL) {
      const examples = tagExamples(factsOf(config));
      const refs = examples.map(({ facts }) => facts.ref);
      for (const branch of Object.keys(config.pipeline.branchTags)) expect(refs, name).toContain(`refs/heads/${branch}`);
      expect(examples.filter(({ verdict }) => !verdict.ok).length, name).toBeGreaterThanOrEqual(4);
      expect(
        examples.some(({ verdict, facts }) => verdict.ok && facts.input),
        name,
      ).toBe(true);
    }
  });
});

describe('the table of rights', () => {
  it.each(ALL)('has what the workflow files say: %s', (_, config) => {
    const path = 'README.md';
    const rows = read(renderDocuments(config)[path]).tables.flat();
    for (const workflow of workflows(config)) {
      const yaml = parse(renderWorkflow(workflow)) as {
        jobs: Record<string, { permissions: Record<string, string>; environment?: string }>;
      };
      for (const [id, { permissions, environment }] of Object.entries(yaml.jobs)) {
        const row = rows.find(([names, job]) => job === `\`${id}\`` && names.split(/, |、/).includes(workflow.name));
        expect(row, `${workflow.name}, ${id}`).toBeDefined();
        const rights = [...(row?.[2].matchAll(/`([^`]+)`/g) ?? [])].map(([, right]) => right);
        expect(rights.sort()).toEqual(
          Object.entries(permissions)
            .map(([right, access]) => `${right}: ${access}`)
            .sort(),
        );
        expect(row?.[4]).toBe(environment === undefined ? row?.[4] : `\`${environment}\``);
        expect(row?.[3].includes('AWS')).toBe('id-token' in permissions && id !== 'merge'); // which only signs by it
      }
    }
  });
});

describe('an image that is not OpenResty', () => {
  it('has documents without that word', () => {
    for (const name of ['Tomcat', 'ZooKeeper for one architecture, elsewhere', 'English only']) {
      const documents = renderDocuments(CONFIGS[name], { home: true });
      for (const [path, text] of Object.entries(documents)) expect(text, `${name}, ${path}`).not.toMatch(/openresty|nginx|\blua/i);
    }
  });
});

describe('OpenResty', () => {
  const english = (options: Parameters<typeof openRestyConfig>[0]) => renderDocuments(openRestyConfig(options))['README.md'];

  it('shows every part with version, address and checksum', () => {
    const config = openRestyConfig();
    const { openresty } = config;
    const rows = read(renderDocuments(config)['README.md']).tables.flat();
    for (const [version, { url, checksum }] of [
      [openresty.version, openresty.source],
      [openresty.openssl.version, openresty.openssl.source],
      [openresty.openssl.patch.version, openresty.openssl.patch],
      [openresty.pcre2.version, openresty.pcre2.source],
    ] as const) {
      expect(rows.map((row) => row.slice(1))).toContainEqual([version, `<${url}>`, `\`${checksum}\``]);
    }
  });

  it('shows the open vulnerabilities of the release, and warns on top', () => {
    const config = openRestyConfig({ openresty: { version: '1.31.1.1' } });
    const text = renderDocuments(config)['README.md'];
    expect(config.openresty.openCves?.length).toBeGreaterThan(0);
    for (const { id, severity } of config.openresty.openCves ?? []) expect(text).toMatch(new RegExp(`${id}.*\\| ${severity} \\|`));
    expect(text.indexOf('[!WARNING]')).toBeLessThan(text.indexOf('## Quick start'));
    expect(text).toContain(`has ${config.openresty.openCves?.length} known vulnerabilities`);
  });

  it('says that they are unknown for a release of somebody else, and warns of none', () => {
    const text = renderDocuments(CONFIGS['a custom release'])['README.md'];
    expect(text).toContain('Unknown: the catalogue has no data on OpenResty 1.33.1.1');
    expect(text).not.toContain('[!WARNING]');
  });

  it('tells what its OpenSSL lacks as the Dockerfile has it', () => {
    const dockerfile = renderDockerfile(openRestyConfig());
    expect(english({})).toContain('SSL 3, MD2, RC5 and weak ciphers');
    expect(dockerfile).not.toMatch(/enable-(ssl3|md2|rc5|weak)/);
  });

  it('mounts the configuration where the layout has it', () => {
    expect(english({ layout: { preset: 'dianplus' } })).toContain(':/etc/openresty/conf.d:ro"');
    expect(english({})).toContain(':/usr/local/openresty/nginx/conf/conf.d:ro"');
  });

  it('warns of dyups on an nginx that keeps upstream connections by itself, and only there', () => {
    const withDyups = (version: string) =>
      english({
        openresty: {
          version,
          modules: [{ name: 'ngx_http_upstream_dyups_module', url: 'https://example.com/t.tar.gz', checksum: `sha256:${'0'.repeat(64)}` }],
        },
      });
    expect(withDyups('1.31.1.1')).toContain('keepalive 0;');
    expect(withDyups('1.29.2.3')).not.toContain('keepalive 0;');
    expect(english({})).not.toContain('keepalive 0;');
  });
});

describe('examples for .projenrc.ts', () => {
  it('are valid in the very project whose README shows them', async () => {
    const { newArchitecture } = await import('../../../src/synth/docs/examples');
    const example = newArchitecture(factsOf(openRestyConfig()));
    expect(example?.row).toBe("{ name: 's390x', emulated: { on: 'amd64' } },");
    expect(() => openRestyConfig({ architectures: [{ name: 'amd64' }, { name: 's390x', emulated: { on: 'amd64' } }] })).not.toThrow();
    const third = newArchitecture(factsOf(CONFIGS['emulated on Spot']));
    expect(third).toMatchObject({ name: 'armv7' });
    expect(() =>
      openRestyConfig({ architectures: [{ name: 'amd64' }, { name: 'armv7', platform: 'linux/arm/v7', emulated: { on: 'amd64' } }] }),
    ).not.toThrow();
  });

  it('name releases that can be built, newest first', async () => {
    const { verifiableReleases } = await import('../../../src/synth/docs/examples');
    const releases = verifiableReleases();
    for (const version of releases) expect(() => openRestyConfig({ openresty: { version } })).not.toThrow();
    expect(releases.indexOf('1.29.2.3')).toBeLessThan(releases.indexOf('1.27.1.2'));
  });
});
