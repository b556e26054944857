import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SpotImageProject } from '../../../src';
import { PLACEHOLDERS } from '../../../src/core/policies/statement';
import { policyFiles } from '../../../src/synth/docs/aws-policies';
import { renderDocuments } from '../../../src/synth/docs/documents';
import { imageConfig, openRestyConfig } from '../../support/config';
import { synthesize } from '../../support/synth';
import { CONFIGS } from './configs';
import { read } from './markdown-reader';

describe('the policies', () => {
  it('are files of the project, as AWS takes them', () => {
    const files = synthesize((outdir) => new SpotImageProject({ name: 'tomcat', owner: 'dianplus', outdir }));
    const policies = policyFiles(imageConfig());
    expect(Object.keys(policies)).toHaveLength(4);
    for (const [path, policy] of Object.entries(policies)) expect(JSON.parse(files[path]), path).toEqual(policy);
  });

  it('are none where nothing is built on EC2', () => {
    expect(policyFiles(CONFIGS['hosted only'])).toEqual({});
  });

  it('are each put to use by the guide, which fills in every word that they leave open', () => {
    const guide = renderDocuments(CONFIGS.DianPlus)['.github/setup.md'];
    for (const [path, policy] of Object.entries(policyFiles(CONFIGS.DianPlus))) {
      const name = path.split('/').pop()?.replace('.json', '');
      expect(guide).toContain(`"$(policy ${name})"`);
      for (const word of PLACEHOLDERS) {
        if (JSON.stringify(policy).includes(word)) expect(guide).toContain(`s/${word}/$${word}/g`);
      }
      expect(
        JSON.stringify(policy)
          .match(/[A-Z]+_ID\b/g)
          ?.filter((word) => !PLACEHOLDERS.includes(word as never)),
      ).toEqual([]);
    }
  });

  it('give what the shell of the guide makes of them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'policies-'));
    const [path] = Object.keys(policyFiles(CONFIGS.DianPlus));
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), JSON.stringify(policyFiles(CONFIGS.DianPlus)[path]));
    const fill = renderDocuments(CONFIGS.DianPlus)
      ['.github/setup.md'].split('\n')
      .find((line) => line.startsWith('policy()'));
    const env = { ...process.env, ACCOUNT_ID: '123456789012', OWNER_ID: '7', REPOSITORY_ID: '42' };
    const { stdout } = spawnSync('bash', ['-c', `${fill}\npolicy role-trust`], { cwd: folder, env, encoding: 'utf8' });
    expect(JSON.parse(stdout)).toBeDefined();
    expect(stdout).toContain('repo:dianplus@7/openresty@42:environment:spot-builders');
    expect(stdout).not.toMatch(/_ID\b/);
    rmSync(folder, { recursive: true });
  });

  it('say nothing of schedules where the config wants none', () => {
    const config = openRestyConfig({ pipeline: { endBySchedule: false } });
    expect(Object.keys(policyFiles(config))).toEqual(['.github/aws/role-trust.json', '.github/aws/role-permissions.json']);
    expect(JSON.stringify(policyFiles(config))).not.toMatch(/scheduler|PassRole/);
    expect(renderDocuments(config)['.github/setup.md']).not.toMatch(/schedul/i);
  });
});

describe('the guide', () => {
  const guide = (name: string) => renderDocuments(CONFIGS[name])['.github/setup.md'];

  it('asks for no AWS account where nothing is built on Spot', () => {
    expect(guide('hosted only')).toContain('No AWS account is needed');
    expect(guide('hosted only')).not.toMatch(/AWS_ROLE_ARN|GitHub App|aws iam/);
    expect(guide('hosted only')).toMatch(/^## 1\. Settings/m);
  });

  it('tells that packages on GitHub begin private, the cache among them, where there are any', () => {
    expect(guide('DianPlus')).toContain('`openresty-cache`');
    expect(guide('every kind, in China')).not.toContain('-cache');
    expect(guide('ZooKeeper for one architecture, elsewhere')).not.toContain('Packages on GitHub');
  });

  it('counts the vCPUs that all builds take at once against the quota of a new account', () => {
    expect(guide('DianPlus')).toContain('takes 4.\n');
    const large = openRestyConfig({
      architectures: [
        { name: 'amd64', spot: { size: 'xlarge' } },
        { name: 'arm64', spot: { size: '2xlarge' } },
      ],
    });
    expect(renderDocuments(large)['.github/setup.md']).toContain('takes 12. Ask AWS for more');
  });

  it('says of China that it was not run there', () => {
    expect(guide('every kind, in China')).toContain('has not yet been run there');
    expect(guide('DianPlus')).not.toContain('has not yet been run there');
  });

  it.each<[string, object, RegExp[], RegExp]>([
    [
      'an App at the repository',
      {},
      [/Administration: Read and write/, /RUNNER_APP_PRIVATE_KEY/, /`pipeline.runnerGroup` is the better way/],
      /`RUNNER_TOKEN`|Runner groups/,
    ],
    [
      'an App in a group',
      { runnerGroup: 'builders' },
      [/Self-hosted runners: Read and write/, /New runner group: `builders`/, /RUNNER_APP_CLIENT_ID/],
      /Administration: Read/,
    ],
    [
      'a token at the repository',
      { runnerToken: 'secret' },
      [/Fine-grained tokens/, /Administration: Read and write/, /`RUNNER_TOKEN`/],
      /RUNNER_APP|GitHub Apps/,
    ],
    [
      'a token in a group',
      { runnerToken: 'secret', runnerGroup: 'builders' },
      [/Self-hosted runners: Read and write/, /Fine-grained tokens/, /`RUNNER_TOKEN`/],
      /RUNNER_APP|Administration: Read/,
    ],
  ])('tells how runners are registered by %s', (_how, pipeline, says, not) => {
    const config = openRestyConfig({ pipeline });
    for (const file of ['.github/setup.md']) {
      const text = renderDocuments(config)[file];
      for (const words of says) expect(text).toMatch(words);
      expect(text).not.toMatch(not);
    }
  });

  it('numbers its steps without a gap', () => {
    for (const name of ['DianPlus', 'hosted only', 'Tomcat']) {
      const numbers = read(guide(name)).headings.flatMap(({ level, text }) => (level === 2 ? [Number(text.split('.')[0])] : []));
      expect(numbers, name).toEqual(numbers.map((_, i) => i + 1));
    }
  });
});
