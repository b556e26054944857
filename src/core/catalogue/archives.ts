/**
 * Archives that a release is built from, besides OpenResty's own: their
 * checksums, and where everything is downloaded from. Data.
 */

/** OpenResty's signing key, which upgrades are verified against. */
export const OPENRESTY_KEY_FINGERPRINT = '25451EB088460026195BD62CB550E09EA0E98066';

/** SHA-256 of OpenSSL's release archives. */
export const OPENSSL_SHA256: Readonly<Record<string, string>> = {
  '3.0.15': '23c666d0edf20f14249b3d8f0368acaee9ab585b09e1de82107c66e1f3ec9533',
  '3.0.16': '57e03c50feab5d31b152af2b764f10379aecd8ee92f16c985983ce4a99f7ef86',
  '3.4.1': '002a2d6b30b58bf4bea46c43bdd96365aaf8daa6c428782aa4feee06da197df3',
  '3.4.3': 'fa727ed1399a64e754030a033435003991aee36bda9a5b080995cb2ac5cf7f37',
  '3.5.4': '967311f84955316969bdb1d8d4b983718ef42338639c621ec4c34fddef355e99',
  '3.5.5': 'b28c91532a8b65a1f983b4c28b7488174e4a01008e29ce8e69bd789f28bc2a89',
  '3.5.6': 'deae7c80cba99c4b4f940ecadb3c3338b13cb77418409238e57d7f31f2a3b736',
  '3.5.7': 'a8c0d28a529ca480f9f36cf5792e2cd21984552a3c8e4aa11a24aa31aeac98e8',
  '3.5.8': 'a8f84a39918ec6415ce765d9b429d313ba97b8143169c172e734b9514464f5b2',
};

/** SHA-256 of PCRE2's release archives. */
export const PCRE2_SHA256: Readonly<Record<string, string>> = {
  '10.44': '86b9cb0aa3bcb7994faa88018292bc704cdbb708e785f7c74352ff6ea7d3175b',
  '10.46': '8d28d7f2c3b970c3a4bf3776bcbb5adfc923183ce74bc8df1ebaad8c1985bd07',
  '10.47': 'c08ae2388ef333e8403e670ad70c0a11f1eed021fd88308d7e02f596fcd9dc16',
  '10.48': 'ebcc25aadf2a51fa1fefa9b8bc9e7a79b3dae86870a0f1152a22e42befd46888',
};

/** OpenResty's patch that lets OpenSSL's session callback yield, at one commit. */
export interface OpenSslPatch {
  readonly sha256: string;
  /** Commit of openresty/openresty. Never a branch: the 3.5.5 patch was replaced in place on 2026-02-09. */
  readonly commit: string;
}

/** The patches, by the OpenSSL version they are named after. */
export const OPENSSL_PATCHES: Readonly<Record<string, OpenSslPatch>> = {
  '3.5.5': {
    sha256: '0a30cc762a9d72901e8415a33f7671bb68469d46121061e26afe7b718f47581e',
    commit: '0de3defb207c5557f5be2fce7d6f1d696b637ede',
  },
  '3.5.4': {
    sha256: 'fa2e0fbb4dcc880c0b7f28c4511a356b01ff85b9fa35c74b8fe3274d76782ac4',
    commit: '305ebd07e31e78d0a66d2b889d119b1746893c75',
  },
  '3.5.0': {
    sha256: 'fa2e0fbb4dcc880c0b7f28c4511a356b01ff85b9fa35c74b8fe3274d76782ac4',
    commit: 'ac93bda9b484c34919f921305aa504cf4eda5e10',
  },
  '3.4.1': {
    sha256: 'fa2e0fbb4dcc880c0b7f28c4511a356b01ff85b9fa35c74b8fe3274d76782ac4',
    commit: '177ba250ccc748a8b644fe300a14d4ece477010e',
  },
  '3.0.15': {
    sha256: '4c9925018f49c70ebd2f197a4cb15d9517416ad08366bac9849afb0d2b8ec922',
    commit: '5ef14281cd2c7e9543c3d5d3f6354acfc8dec092',
  },
};

/** What newer OpenSSL versions fix, as their advisories count it; newest last. */
export const OPENSSL_FIXES: readonly { readonly version: string; readonly fixes: string }[] = [
  { version: '3.5.5', fixes: 'CVE-2025-15467' },
  { version: '3.5.6', fixes: 'six CVEs, highest Moderate (2026-04)' },
  { version: '3.5.7', fixes: 'fifteen CVEs, highest High (2026-06-09)' },
  { version: '3.5.8', fixes: 'ten CVEs, highest Moderate (2026-08-25)' },
];

/**
 * Series of OpenSSL that get no public fixes any more, and the day that ended
 * (OpenSSL's release strategy; up to 3.4 two years after the first release).
 */
export const OPENSSL_ENDED: Readonly<Record<string, string>> = {
  '3.0': '2026-09-07',
  '3.1': '2025-03-14',
  '3.2': '2025-11-23',
  '3.3': '2026-04-09',
  '3.4': '2026-10-22',
};

/** Address of OpenResty's source archive. */
export function openrestyUrl(version: string): string {
  return `https://openresty.org/download/openresty-${version}.tar.gz`;
}

/** Address of OpenSSL's source archive. */
export function opensslUrl(version: string): string {
  return `https://github.com/openssl/openssl/releases/download/openssl-${version}/openssl-${version}.tar.gz`;
}

/** Address of PCRE2's source archive. */
export function pcre2Url(version: string): string {
  return `https://github.com/PCRE2Project/pcre2/releases/download/pcre2-${version}/pcre2-${version}.tar.gz`;
}

/** Address of the OpenSSL patch, by commit. */
export function opensslPatchUrl(version: string, commit: string): string {
  return `https://raw.githubusercontent.com/openresty/openresty/${commit}/patches/openssl-${version}-sess_set_get_cb_yield.patch`;
}
