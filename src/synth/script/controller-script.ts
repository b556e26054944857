import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageConfig } from '../../core/config';
import { renderRuntimeConfig } from '../../core/runtime-config';
import { GeneratedFile } from '../image/generated-file';
import { Component, type Project, TextFile } from '../projen';
import { bundleRuntimeCached, hasRuntimeSource } from './bundle';

/** Path of the generated script. */
export const SCRIPT_FILE = '.github/scripts/spot-image.mjs';

/** Path of the config that the script reads. */
export const SCRIPT_CONFIG_FILE = '.github/spot-image.json';

/** This package's own folder, seen from `src` and from `lib` alike. */
const PACKAGE_ROOT = join(__dirname, '..', '..', '..');

/**
 * The script, without projen's marker: bundled from the run-time wing where its source
 * is, or the bundle that was published with the package.
 *
 * @param root folder of the package
 */
export function scriptTextOf(root: string): string {
  return hasRuntimeSource(root) ? bundleRuntimeCached(root) : withoutMarker(readFileSync(join(root, SCRIPT_FILE), 'utf8'));
}

let text: string | undefined;

/** The script of this package, made once per process. */
export function scriptText(): string {
  text ??= scriptTextOf(PACKAGE_ROOT);
  return text;
}

/** The published bundle is a generated file itself: its second line is the marker. */
function withoutMarker(published: string): string {
  const [shebang, marker, ...rest] = published.split('\n');
  return [shebang, ...(/^\/\/ .*projen/.test(marker) ? [] : [marker]), ...rest].join('\n');
}

/** Writes the run-time script and its config. */
export class ControllerScript extends Component {
  constructor(project: Project, config: ImageConfig) {
    super(project, 'controller-script');
    new GeneratedFile(project, SCRIPT_FILE, scriptText(), { comment: '//', executable: true });
    const file = new TextFile(project, SCRIPT_CONFIG_FILE, { readonly: true });
    for (const line of renderRuntimeConfig(config, file.marker ?? 'Generated').split('\n')) file.addLine(line);
  }
}
