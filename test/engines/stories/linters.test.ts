import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { OpenRestyImageProject, SpotImageProject } from '../../../src';
import type { OpenRestyImageProjectOptions, SpotImageProjectOptions } from '../../../src/core/options';
import { type Files, synthesize } from '../../support/synth';
import { lintDockerfile, lintShell, lintWorkflows, temporaryFolder } from '../index';

type OpenResty = Partial<OpenRestyImageProjectOptions>;

const openResty = (options: OpenResty) =>
  synthesize((outdir) => new OpenRestyImageProject({ name: 'openresty', owner: 'dianplus', ...options, outdir }));
const anyImage = (options: Partial<SpotImageProjectOptions>) =>
  synthesize((outdir) => new SpotImageProject({ name: 'tomcat', owner: 'dianplus', ...options, outdir }));

const hosted = [
  { name: 'amd64', hosted: {} },
  { name: 'arm64', hosted: {} },
];

/** Some words in a row. */
const PROSE = /\w+ \w+ \w+/;

/** Projects as users would have them, each different from the first in one respect. */
const PROJECTS: Record<string, () => Files> = {
  'the default': () => openResty({}),
  'on Debian': () => openResty({ base: { family: 'debian' } }),
  "in DianPlus's layout": () => openResty({ layout: { preset: 'dianplus' } }),
  'on hosted runners only': () => openResty({ architectures: hosted }),
  'with an emulated architecture': () =>
    openResty({ architectures: [{ name: 'amd64' }, { name: 'arm64' }, { name: 's390x', emulated: { on: 'amd64' } }] }),
  'built on pushes': () => openResty({ pipeline: { triggers: true } }),
  'in China': () => openResty({ pipeline: { regions: [{ name: 'cn-north-1' }, { name: 'cn-northwest-1' }] } }),
  "with GitHub's own runner as the last resort": () => openResty({ pipeline: { hostedFallback: true } }),
  'with a list of packages, and signed': () => openResty({ pipeline: { sbom: true, sign: true } }),
  'without a layer cache': () => openResty({ pipeline: { cache: false } }),
  'another image': () => anyImage({}),
  "another image, in a registry that is not GitHub's, on a runner of its own": () =>
    anyImage({ registry: 'registry.example.com', architectures: [{ name: 's390x', hosted: { runner: 'mainframe' } }] }),
};

describe.each(Object.entries(PROJECTS))('%s', (_, project) => {
  const files = project();
  const folder = temporaryFolder('linters');
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }

  test('no linter finds anything in its workflows', async () => {
    expect(await lintWorkflows(folder)).toBe('');
  });

  test('nor in its Dockerfile, if that is generated', async () => {
    if (files['docker/Dockerfile'] === undefined) return;
    expect(await lintDockerfile(path.join(folder, 'docker/Dockerfile'), folder)).toBe('');
  });

  test('nor in its shell scripts', async () => {
    const scripts = Object.keys(files).filter((name) => /^#!.*\b(?:ba)?sh$/m.test(files[name].split('\n')[0]));
    if (scripts.length === 0) return;
    expect(await lintShell(scripts.map((name) => path.join(folder, name)))).toBe('');
  });

  test('what it tells a linter to ignore has its reason beside it, or in a comment right above', () => {
    const withoutReason = Object.entries(files)
      .filter(([name]) => name.startsWith('.github/workflows/') || name === 'docker/Dockerfile')
      .flatMap(([name, text]) =>
        text.split('\n').flatMap((line, i, lines) => {
          const [, reason] = /(?:zizmor: ignore\[[\w,-]+\]|hadolint ignore=[\w,]+|shellcheck disable=[\w,]+)(.*)/.exec(line) ?? [];
          if (reason === undefined || PROSE.test(reason) || /^\s*#/.test(lines[i - 1])) return [];
          return [`${name}:${i + 1}: ${line.trim()}`];
        }),
      );
    expect(withoutReason).toEqual([]);
  });
});
