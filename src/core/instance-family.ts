/**
 * EC2's instance families, as far as their names tell what they are.
 *
 * After AWS's naming convention: series (`c`), generation (`7`), then letters
 * for the processor and what is added (`g` for Graviton, `d` for local disks).
 */
import type { Ec2Cpu } from './config';

/** Series of general machines. Those with accelerators, macOS, many disks or terabytes of memory are nothing to compile on. */
const SERIES = ['c', 'i', 'im', 'is', 'm', 'r', 't', 'z'];

/** Letters behind the generation: processor first, then what is added. */
const PARTS = /^[agi]?[bdenz]{0,3}(?:-flex)?$/;

/** The first Graviton, older than the convention. */
const FIRST_GRAVITON = 'a1';

/**
 * CPU kind of an instance family: a `g` right after the generation's digit
 * means Graviton (`c7g`, `im4gn`).
 *
 * @returns undefined for text that is no general instance family
 */
export function familyCpu(family: string): Ec2Cpu | undefined {
  if (family === FIRST_GRAVITON) return 'arm64';
  const [, series, parts] = /^([a-z]+)1?[0-9]([a-z-]*)$/.exec(family) ?? [];
  if (series === undefined || !SERIES.includes(series) || !PARTS.test(parts)) return undefined;
  return parts.startsWith('g') ? 'arm64' : 'x86_64';
}
