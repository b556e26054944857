/**
 * Known vulnerabilities of the releases. Data, from nginx.org's advisories up to
 * 2026-07-22. The severity is the advisory's own word.
 */
import { compareVersions } from '../version';

/** One vulnerability, and the releases it is in. */
export interface Cve {
  readonly id: string;
  readonly what: string;
  readonly severity: string;
  /** First release that has it, or undefined for "since before the first one listed". */
  readonly from?: string;
  /** Last release that has it. */
  readonly through: string;
  /** The release that fixes it, or undefined where none does yet. */
  readonly fixedIn?: string;
}

/** All that concern a listed release. */
export const CVES: readonly Cve[] = [
  { id: 'CVE-2026-42533', what: 'map+regex heap overflow', severity: 'major', through: '1.31.1.1' },
  { id: 'CVE-2026-60005', what: 'slice module disclosure', severity: 'medium', through: '1.31.1.1' },
  { id: 'CVE-2026-56434', what: 'SSI use-after-free', severity: 'medium', through: '1.31.1.1' },
  { id: 'CVE-2026-42530', what: 'HTTP/3 use-after-free', severity: 'major', from: '1.31.1.1', through: '1.31.1.1' },
  { id: 'CVE-2026-42055', what: 'proxy_v2/grpc overflow', severity: 'medium', through: '1.31.1.1' },
  { id: 'CVE-2026-48142', what: 'charset overread', severity: 'low', through: '1.31.1.1' },
  { id: 'CVE-2026-9256', what: 'rewrite overflow', severity: 'medium', through: '1.29.2.4', fixedIn: '1.29.2.5' },
  {
    id: 'CVE-2026-42945',
    what: 'rewrite heap overflow (NGINX Rift)',
    severity: 'medium by nginx, critical by docker-openresty',
    through: '1.29.2.3',
    fixedIn: '1.29.2.4',
  },
  { id: 'CVE-2026-42946', what: 'scgi/uwsgi overread', severity: 'medium', through: '1.29.2.3', fixedIn: '1.29.2.4' },
  { id: 'CVE-2026-42934', what: 'charset overread', severity: 'low', through: '1.29.2.3', fixedIn: '1.29.2.4' },
  { id: 'CVE-2026-40460', what: 'HTTP/3 spoofing', severity: 'medium', from: '1.25.3.1', through: '1.29.2.3', fixedIn: '1.29.2.4' },
  { id: 'CVE-2026-40701', what: 'OCSP resolver use-after-free', severity: 'medium', through: '1.29.2.3', fixedIn: '1.29.2.4' },
  { id: 'CVE-2026-27654', what: 'nginx core fix of 2026-03', severity: 'medium/low', through: '1.29.2.2', fixedIn: '1.29.2.3' },
  { id: 'CVE-2026-27784', what: 'nginx core fix of 2026-03', severity: 'medium/low', through: '1.29.2.2', fixedIn: '1.29.2.3' },
  { id: 'CVE-2026-32647', what: 'nginx core fix of 2026-03', severity: 'medium/low', through: '1.29.2.2', fixedIn: '1.29.2.3' },
  { id: 'CVE-2026-27651', what: 'nginx core fix of 2026-03', severity: 'medium/low', through: '1.29.2.2', fixedIn: '1.29.2.3' },
  { id: 'CVE-2026-28753', what: 'nginx core fix of 2026-03', severity: 'medium/low', through: '1.29.2.2', fixedIn: '1.29.2.3' },
  { id: 'CVE-2026-28755', what: 'stream OCSP bypass', severity: 'medium', from: '1.29.2.1', through: '1.29.2.2', fixedIn: '1.29.2.3' },
  { id: 'CVE-2026-1642', what: 'SSL upstream injection', severity: 'medium', through: '1.29.2.1', fixedIn: '1.29.2.2' },
  { id: 'CVE-2025-23419', what: 'TLS session reuse', severity: 'medium', through: '1.27.1.1', fixedIn: '1.27.1.2' },
];

/** The vulnerabilities a release still has, in the order of the table. */
export function openCves(version: string): Cve[] {
  return CVES.filter((c) => (c.from === undefined || compareVersions(c.from, version) <= 0) && compareVersions(version, c.through) <= 0);
}
