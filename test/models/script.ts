import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageConfig } from '../../src/core/config';
import { renderRuntimeConfig } from '../../src/core/runtime-config';
import { SCRIPT_CONFIG_FILE, SCRIPT_FILE, scriptText } from '../../src/synth/script/controller-script';

/**
 * Writes the script and its config below a folder, as a synth does.
 * @returns path of the script
 */
export function writeScript(folder: string, config: ImageConfig): string {
  const script = join(folder, SCRIPT_FILE);
  mkdirSync(join(script, '..'), { recursive: true });
  writeFileSync(script, scriptText());
  chmodSync(script, 0o755);
  writeFileSync(join(folder, SCRIPT_CONFIG_FILE), renderRuntimeConfig(config, 'Generated for a test'));
  return script;
}
