import { describe, expect, test } from 'vitest';
import { DEFAULT_ACTION_PINS } from '../../../src/core/action-pins';
import { usePinned } from '../../../src/synth/pipeline/action-pins';
import { renderWorkflow } from '../../../src/synth/pipeline/render-workflow';
import { workflows } from '../../../src/synth/pipeline/workflows';
import { imageConfig } from '../../support/config';

const commit = '0123456789abcdef0123456789abcdef01234567';
const pins = { 'actions/checkout': { action: 'actions/checkout', commit, version: 'v9.9.9' } };

describe('usePinned', () => {
  test('names the commit, and the version as a comment', () => {
    expect(usePinned(pins, 'actions/checkout')).toBe(`actions/checkout@${commit} # v9.9.9`);
  });

  test('refuses an action without a pin, and names the nearest and the way out', () => {
    expect(() => usePinned(pins, 'actions/chekout')).toThrow(/"actions\/chekout".*"actions\/checkout".*pipeline\.actionPins/);
  });
});

describe('the built-in table', () => {
  test('has full commits and full versions', () => {
    for (const pin of DEFAULT_ACTION_PINS) {
      expect(pin.commit, pin.action).toMatch(/^[0-9a-f]{40}$/);
      expect(pin.version, pin.action).toMatch(/^v\d+\.\d+\.\d+$/);
    }
  });

  test('has what the workflows use, and nothing else', () => {
    const mixed = imageConfig({ pipeline: { sign: true }, architectures: [{ name: 'amd64' }, { name: 'arm64', hosted: {} }] });
    const used = workflows(mixed).flatMap((workflow) =>
      [...renderWorkflow(workflow).matchAll(/uses: ([^@\s]+)@/g)].map(([, action]) => action),
    );
    expect([...new Set(used)].sort()).toEqual(DEFAULT_ACTION_PINS.map(({ action }) => action).sort());
  });
});

test("a project's own pin reaches every workflow", () => {
  const config = imageConfig({ pipeline: { actionPins: [pins['actions/checkout']] } });
  for (const workflow of workflows(config)) {
    const lines = renderWorkflow(workflow)
      .split('\n')
      .filter((line) => line.includes('actions/checkout'));
    expect(lines.length, workflow.fileName).toBeGreaterThan(0);
    for (const line of lines) expect(line).toContain(`actions/checkout@${commit} # v9.9.9`);
  }
});
