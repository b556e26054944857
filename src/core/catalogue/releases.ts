/**
 * Releases of OpenResty, from 1.27.1.1 on. Data.
 *
 * Gathered from docker-openresty's alpine/Dockerfile at every tag and from
 * openresty.org's release notes, up to 2026-08-05. A release is listed with the
 * parts that upstream's own image was last published with. A release without
 * checksum is known but cannot be verified: `checksum` is absent because no
 * trustworthy value was found.
 */

/** One release. */
export interface Release {
  /** OpenResty version, such as `1.31.1.1`. */
  readonly version: string;
  /** The nginx it is built on. */
  readonly nginx: string;
  /** Day of the release, ISO 8601. */
  readonly released: string;
  /** Checksum of the source archive, or undefined where none could be trusted. */
  readonly checksum?: string;
  /** OpenSSL of upstream's image. */
  readonly openssl: string;
  /** Version of OpenResty's patch for it. */
  readonly opensslPatch: string;
  /** PCRE2 of upstream's image. */
  readonly pcre2: string;
  /** Alpine of upstream's image. */
  readonly alpine: string;
}

/** The first release with PCRE2 and OpenSSL 3: what comes before it is refused. */
export const OLDEST_SUPPORTED = '1.27.1.1';

/** All known releases, oldest first. */
export const RELEASES: readonly Release[] = [
  {
    version: '1.27.1.1',
    nginx: '1.27.1',
    released: '2024-10-10',
    checksum: 'sha256:79b071e27bdc143d5f401d0dbf504de4420070d867538c5edc2546d0351fd5c0',
    openssl: '3.0.16',
    opensslPatch: '3.0.15',
    pcre2: '10.44',
    alpine: '3.21.3',
  },
  {
    version: '1.27.1.2',
    nginx: '1.27.1',
    released: '2025-03-04',
    checksum: 'sha256:74f076f7e364b2a99a6c5f9bb531c27610c78985abe956b442b192a2295f7548',
    openssl: '3.5.5',
    opensslPatch: '3.5.5',
    pcre2: '10.44',
    alpine: '3.23.4',
  },
  {
    version: '1.29.2.1',
    nginx: '1.29.2',
    released: '2026-01-02',
    checksum:
      'sha512:a82c570c32a49564711cbcf968f824cf59001f1f713c9eff4f153138996f684452e593221146817351e556547d31a97c04794f93be8e1a1dfab16fd27f0724ec',
    openssl: '3.5.5',
    opensslPatch: '3.5.5',
    pcre2: '10.47',
    alpine: '3.22.3',
  },
  {
    version: '1.29.2.2',
    nginx: '1.29.2',
    released: '2026-03-17',
    checksum:
      'sha512:7ba6aebfe82f8baa356f04e368a9b0f24ac3f067652203d7a0b1079d3f140a13ffacce35502c81062df2dbf507309f2ab9d873c98ab7dad6d78bccdedcd3585e',
    openssl: '3.5.5',
    opensslPatch: '3.5.5',
    pcre2: '10.47',
    alpine: '3.22.3',
  },
  {
    version: '1.29.2.3',
    nginx: '1.29.2',
    released: '2026-03-25',
    checksum:
      'sha512:81d300f8bf5636e4b9bef051d89762840675cbae016b7ad09fd4c885844266973a6b279ffd6795a792d643f52b451b8487e454083d120033986a86a35538988d',
    openssl: '3.5.6',
    opensslPatch: '3.5.5',
    pcre2: '10.47',
    alpine: '3.23.4',
  },
  {
    version: '1.29.2.4',
    nginx: '1.29.2',
    released: '2026-05-18',
    openssl: '3.5.6',
    opensslPatch: '3.5.5',
    pcre2: '10.47',
    alpine: '3.23.4',
  },
  {
    version: '1.29.2.5',
    nginx: '1.29.2',
    released: '2026-05-23',
    openssl: '3.5.6',
    opensslPatch: '3.5.5',
    pcre2: '10.47',
    alpine: '3.23.4',
  },
  {
    version: '1.31.1.1',
    nginx: '1.31.1',
    released: '2026-05-29',
    checksum: 'sha256:65b78baadd3f0984055de89bf13f4a1932e5bfe9c31932037a134ea2b1a0ce42',
    openssl: '3.5.7',
    opensslPatch: '3.5.5',
    pcre2: '10.47',
    alpine: '3.23.5',
  },
];
