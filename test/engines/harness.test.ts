import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { installOnce, tryClaim } from './cache';
import { folderWith } from './folder';
import { lintDockerfile, lintShell, lintWorkflows, openrestySources, runAct, startMirror, startMoto } from './index';

describe('the cache', () => {
  const use = () => {
    const folder = folderWith({});
    vi.stubEnv('SPOT_IMAGE_ENGINES', folder);
    return folder;
  };
  afterEach(() => vi.unstubAllEnvs());

  test('builds once, however many ask at the same time', async () => {
    use();
    let builds = 0;
    const ask = () =>
      installOnce('engine', '1', async (folder) => {
        builds++;
        await new Promise((resolve) => setTimeout(resolve, 100));
        fs.writeFileSync(path.join(folder, 'file'), 'whole');
      });
    const folders = await Promise.all([ask(), ask(), ask()]);
    expect(builds).toBe(1);
    expect(folders.map((folder) => fs.readFileSync(path.join(folder, 'file'), 'utf8'))).toEqual(['whole', 'whole', 'whole']);
  });

  test('a failed install leaves nothing, and the next try builds again', async () => {
    const cache = use();
    await expect(
      installOnce('engine', '1', async () => {
        throw new Error('no network');
      }),
    ).rejects.toThrow('no network');
    expect(fs.readdirSync(cache)).toEqual([]);
    await installOnce('engine', '1', async () => undefined);
    expect(fs.readdirSync(cache)).toEqual(['engine-1']);
  });

  test('the claim of a dead process is taken over', () => {
    const lock = path.join(folderWith({ lock: '4194305' }), 'lock'); // beyond the largest process id
    const release = tryClaim(lock);
    expect(release).toBeTypeOf('function');
    expect(tryClaim(lock)).toBeUndefined();
    release?.();
    expect(fs.existsSync(lock)).toBe(false);
  });
});

test('moto describes the default VPC, also after a reset', async () => {
  const moto = await startMoto();
  const ask = async () =>
    (
      await fetch(moto.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0',
        },
        body: 'Action=DescribeVpcs&Version=2016-11-15',
      })
    ).text();
  expect(await ask()).toContain('<isDefault>true</isDefault>');
  await moto.reset();
  expect(await ask()).toContain('<isDefault>true</isDefault>');
  await moto.stop();
  await expect(fetch(moto.url)).rejects.toThrow();
});

describe('act', () => {
  const folder = folderWith({
    '.github/workflows/sample.yml': `name: Sample
on: { workflow_dispatch: { inputs: { tag: { type: string } } } }
jobs:
  here:
    runs-on: [self-hosted, spot-1]
    steps: [{ env: { TAG: '\${{ inputs.tag }}' }, run: 'echo "tag is $TAG"' }]
  nowhere:
    runs-on: windows-latest
    steps: [{ run: exit 1 }]
`,
  });

  test('reports which jobs ran and which no runner took', async () => {
    const result = await runAct({ folder, workflow: '.github/workflows/sample.yml', inputs: { tag: 'latest' } });
    expect(result).toMatchObject({ code: 0, ran: ['here'], unmapped: ['nowhere'] });
    expect(result.jobs).toEqual([{ id: 'here', name: 'Sample/here', result: 'success' }]);
    expect(result.log).toContain('tag is latest');
  });

  test('a failing job is reported', async () => {
    const result = await runAct({ folder, workflow: '.github/workflows/sample.yml', labels: ['windows-latest'] });
    expect(result).toMatchObject({ code: 1, jobs: [{ id: 'nowhere', result: 'failure' }], unmapped: ['here'] });
  });
});

describe('linters', () => {
  const workflow = (script: string) =>
    folderWith({
      '.github/workflows/sample.yml': `name: Sample
on:
  workflow_dispatch:
concurrency:
  group: sample
  cancel-in-progress: false
permissions: {}
jobs:
  sample:
    name: Sample
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - name: Say
        run: ${script}
`,
    });

  test('workflows: silent when clean; shellcheck and zizmor really look', async () => {
    expect(await lintWorkflows(workflow('echo "hello"'))).toBe('');
    expect(await lintWorkflows(workflow('echo $HOME'))).toContain('SC2086');
    expect(await lintWorkflows(workflow('echo "${{ github.event.issue.title }}"'))).toContain('template-injection');
  });

  test('Dockerfile', async () => {
    const lint = (text: string) => lintDockerfile(path.join(folderWith({ Dockerfile: text }), 'Dockerfile'));
    expect(await lint('FROM debian:trixie-slim\nUSER 101\n')).toBe('');
    expect(await lint('FROM debian\n')).toContain('DL3006');
  });

  test('shell: the scripts of this harness are clean', async () => {
    expect(await lintShell([path.join(__dirname, 'standin-bundle.sh')])).toBe('');
    expect(await lintShell([path.join(folderWith({ 'bad.sh': '#!/bin/sh\nrm $1\n' }), 'bad.sh')])).toContain('SC2086');
  });
});

test('sources come through a mirror, which can be broken', async () => {
  const sources = await openrestySources();
  const mirror = await startMirror(sources.folder);
  const get = () => fetch(`${mirror.url}/any/path/${sources.files.pcre2}`);
  expect((await get()).headers.get('content-length')).toBe(String(fs.statSync(path.join(sources.folder, sources.files.pcre2)).size));
  mirror.hide(`/any/path/${sources.files.pcre2}`);
  expect((await get()).status).toBe(404);
  mirror.replace(`/any/path/${sources.files.pcre2}`, 'wrong');
  expect(await (await get()).text()).toBe('wrong');
  expect(mirror.requests.map((request) => request.status)).toEqual([200, 404, 200]);
  await mirror.stop();
});
