import { createdOf, REVISION } from '../../core/merge/content';
import type { MergeSource } from '../../core/merge/verdict';
import type { ImageTools } from './imagetools';
import { sizeOf } from './manifest';

/** One platform's row. */
export interface PlatformRow {
  readonly architecture: string;
  readonly platform: string;
  /** Digest of the image's manifest. */
  readonly digest: string;
  /** Compressed, in bytes; undefined if the registry did not say. */
  readonly size?: number;
  readonly revision?: string;
  /** RFC 3339. */
  readonly created?: string;
}

/** The rows of these sources. A size that cannot be had is left away: it is no reason to fail. */
export async function platformRows(sources: readonly MergeSource[], reference: string, tools: ImageTools): Promise<PlatformRow[]> {
  return Promise.all(
    sources.map(async ({ architecture, platform, image }) => {
      const manifest = await tools.manifest(`${reference}@${image.digest}`).catch(() => undefined);
      return {
        architecture,
        platform,
        digest: image.digest,
        size: manifest && sizeOf(manifest),
        revision: image.config?.labels[REVISION],
        created: createdOf(image),
      };
    }),
  );
}

const HOUR_MS = 3_600_000;

function age(created: string | undefined, now: number): string {
  const hours = (now - Date.parse(created ?? '')) / HOUR_MS;
  if (Number.isNaN(hours)) return 'unknown';
  return hours < 48 ? `${Math.max(0, Math.floor(hours))} h` : `${Math.floor(hours / 24)} days`;
}

/**
 * Markdown for the run's summary page.
 * @param now milliseconds since 1970
 */
export function mergeSummary(
  what: { readonly tag: string; readonly digest: string; readonly targets: readonly string[] },
  rows: readonly PlatformRow[],
  now: number,
): string {
  const lines = rows.map(({ platform, digest, size, revision, created }) => {
    const mib = size === undefined ? 'unknown' : `${(size / 1_048_576).toFixed(1)} MiB`;
    return `| ${platform} | \`${digest}\` | ${mib} | ${revision ? `\`${revision}\`` : 'none'} | ${age(created, now)} |`;
  });
  return `### ${what.tag}

| Platform | Image | Compressed | Revision | Age |
| --- | --- | --- | --- | --- |
${lines.join('\n')}

\`\`\`sh
${what.targets.map((target) => `docker pull ${target}`).join('\n')}
docker pull ${what.targets[what.targets.length - 1]?.replace(/:[^:/]*$/, '')}@${what.digest}
\`\`\`
`;
}
