import type { ImageLayers } from '../../core/image-layers';
import type { StageTime } from '../../core/stage-times';

/** What is known of a push. */
export interface Push {
  readonly architecture: string;
  readonly reference: string;
  /** Undefined where the registry did not say. */
  readonly layers?: ImageLayers;
  /** The image that its tag named before, if there was one. */
  readonly last?: { readonly digest: string; readonly layers?: ImageLayers };
  readonly stages: readonly StageTime[];
}

const MB = 1_000_000;

function size({ bytes }: ImageLayers): string {
  return `${(bytes / MB).toFixed(1)} MB`;
}

/** How one size differs from another one: `+1.2 MB (+3.4 %)`. */
export function change(now: number, before: number): string {
  const sign = now < before ? '-' : '+';
  const difference = Math.abs(now - before);
  const share = before === 0 ? '' : ` (${sign}${((100 * difference) / before).toFixed(1)} %)`;
  return `${sign}${(difference / MB).toFixed(1)} MB${share}`;
}

function comparison({ layers, last }: Push): string {
  if (!last) return 'no earlier image under this tag is known';
  if (!layers || !last.layers) return `unknown, against \`${last.digest}\``;
  return `${change(layers.bytes, last.layers.bytes)} against \`${last.digest}\``;
}

/** The tables of the run's summary. */
export function pushedSummary(push: Push): string {
  const { architecture, reference, layers, stages } = push;
  const rows = [
    ['Pushed', `\`${reference}\``],
    ['Compressed size', layers ? size(layers) : 'unknown'],
    ['Layers', layers ? String(layers.count) : 'unknown'],
    ['Change', comparison(push)],
  ];
  const image = `### Image for ${architecture}\n\n| | |\n| --- | --- |\n${rows.map((row) => `| ${row.join(' | ')} |\n`).join('')}`;
  if (stages.length === 0) return image;
  const times = stages.map(({ stage, seconds, ran, cached }) => `| ${stage} | ${seconds.toFixed(1)} s | ${ran} | ${cached} |\n`);
  return `${image}\n| Stage | Time | Instructions run | From the cache |\n| --- | --- | --- | --- |\n${times.join('')}`;
}
