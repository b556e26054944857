import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderLintConfig } from '../../../src/synth/pipeline/lint-config';
import { imageConfig } from '../../support/config';

test("GitHub's own runners need no word", () => {
  expect(renderLintConfig(imageConfig({ architectures: [{ name: 'amd64' }, { name: 'arm64', hosted: {} }] }))).toBeUndefined();
});

test("a project's own runners are listed, each once, also as the host of an emulated architecture", () => {
  const text = renderLintConfig(
    imageConfig({
      architectures: [
        { name: 'ppc64le', hosted: { runner: 'power' } },
        { name: 's390x', emulated: { on: 'ppc64le' } },
      ],
      pipeline: { hostedRunner: 'small-jobs' },
    }),
  );
  expect(parse(text ?? '')).toEqual({ 'self-hosted-runner': { labels: ['small-jobs', 'power'] } });
});

test("a runner of GitHub's that actionlint is too old to know is listed as well", () => {
  const text = renderLintConfig(imageConfig({ pipeline: { hostedRunner: 'ubuntu-26.04' } }));
  expect(parse(text ?? '')).toEqual({ 'self-hosted-runner': { labels: ['ubuntu-26.04'] } });
});
