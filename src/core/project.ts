/** What concerns the project rather than the image: where it is written and what it installs. */
import type { Faults } from './fault';
import type { SpotImageProjectOptions } from './options';

/** npm's name of a package, and behind the @ a version, a range, a tag or an address. */
const DEPENDENCY = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*(?:@[A-Za-z0-9^~<>=*.:/@#_+|-]+)?$/;

/** Checks the options that are handed on to projen. */
export function checkProject(faults: Faults, { outdir, devDeps = [] }: SpotImageProjectOptions): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (outdir !== undefined && (outdir.trim() === '' || /[\u0000-\u001f\u007f]/.test(outdir))) {
    faults.add('outdir', outdir, 'it is no path of a folder', 'write it like "../openresty", or leave the option away');
  }
  devDeps.forEach((dependency, i) => {
    const path = `devDeps[${i}]`;
    if (!DEPENDENCY.test(dependency)) {
      faults.add(path, dependency, 'it is no npm package with a version', 'write it like "typescript@^5.9.3"');
    }
    if (devDeps.indexOf(dependency) !== i) faults.add(path, dependency, 'it is listed twice', 'keep one of them');
  });
}
