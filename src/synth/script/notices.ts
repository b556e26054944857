/**
 * Whose code the bundle contains, and under which licence.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Licences that ask for a reference only; the others want their text repeated. */
const BY_REFERENCE: Readonly<Record<string, string>> = { 'Apache-2.0': 'https://www.apache.org/licenses/LICENSE-2.0' };

const COPYRIGHT = /^.*copyright.*[0-9]{4}.*$/im;

interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** Text of its licence file, or '' where it has none. */
  readonly text: string;
}

/** Folders of the packages that these files belong to, nested ones too, sorted. */
export function packageFolders(files: readonly string[]): string[] {
  const folders = files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  return [...new Set(folders)].sort();
}

function readPackage(folder: string): BundledPackage {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(?:\.|$)/i.test(entry));
  return { name, version, license, text: file ? readFileSync(join(folder, file), 'utf8') : '' };
}

function terms(license: string, packages: readonly BundledPackage[]): string {
  const reference = BY_REFERENCE[license];
  if (reference) return `${license}: ${reference}`;
  const text = packages.find((p) => p.license === license && p.text)?.text ?? '';
  const lines = text.split(/\r?\n/).filter((line) => !COPYRIGHT.test(line));
  return `${license}:\n${lines.join('\n').trim()}`;
}

/**
 * A comment that names every bundled package with its version, licence and copyright,
 * and repeats the licences that want it.
 *
 * @param root folder that the files are relative to
 * @param files what went into the bundle
 */
export function renderNotices(root: string, files: readonly string[]): string {
  const packages = packageFolders(files).map((folder) => readPackage(join(root, folder)));
  const list = packages.map(({ name, version, license, text }) =>
    [`${name} ${version}: ${license}`, COPYRIGHT.exec(text)?.[0].trim() ?? []].flat().join(', '),
  );
  const licenses = [...new Set(packages.map(({ license }) => license))].sort();
  const notices = ['This file contains the following packages.', list.join('\n'), ...licenses.map((license) => terms(license, packages))];
  return `\n/*\n${notices.join('\n\n').replace(/\*\//g, '* /')}\n*/\n`;
}
