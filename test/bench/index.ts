/**
 * `npx projen bench [synth] [image] [launch] [boot] [merge]`: prints ratios, side by side in one run.
 * Ratios and medians, because single times say more of the machine than of the code.
 */
import { benchBoot } from './boot';
import { benchImage } from './image';
import { benchLaunch } from './launch';
import { type Figure, printRows, type Row } from './measure';
import { benchMerge } from './merge';
import { benchSynth } from './synth';

const BENCHES: Readonly<Record<string, () => Row[] | Promise<(Row | Figure)[]>>> = {
  synth: benchSynth,
  image: benchImage,
  launch: benchLaunch,
  boot: benchBoot,
  merge: benchMerge,
};

async function main(names: readonly string[]): Promise<void> {
  for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
    const bench = BENCHES[name];
    if (!bench) throw new Error(`there is no bench "${name}"; there are ${Object.keys(BENCHES).join(', ')}`);
    printRows(await bench());
  }
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
