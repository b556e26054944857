/** OpenSSL and PCRE2 from outside: Debian's own, in the form of the stages that they take the place of. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { type BuildKit, temporaryFolder, versions } from '..';
import { folderWith } from '../folder';

/** Folders to give to a build as the named contexts `openssl` and `pcre2`. */
export interface Libraries {
  readonly openssl: { readonly folder: string; readonly version: string };
  readonly pcre2: { readonly folder: string; readonly version: string };
}

/** Nothing of the other platform is run: its packages are unpacked by the machine's own tools. */
const dockerfile = (prefix: string) => `
FROM --platform=$BUILDPLATFORM debian:${versions.debian}-slim AS packages
ARG TARGETARCH
WORKDIR /packages
RUN dpkg --add-architecture "$TARGETARCH" \\
 && apt-get update \\
 && for name in libssl3t64 libssl-dev openssl libpcre2-8-0 libpcre2-dev; do apt-get download "$name:$TARGETARCH"; done \\
 && for file in *.deb; do dpkg-deb -x "$file" /unpacked; done
RUN openssl=/openssl${prefix}/openssl3 pcre2=/pcre2${prefix}/pcre2 \\
 && mkdir -p "$openssl/lib" "$openssl/include" "$openssl/bin" "$openssl/ssl" "$pcre2/lib" "$pcre2/include" \\
 && cp -a /unpacked/usr/lib/*-linux-gnu*/libssl.so* /unpacked/usr/lib/*-linux-gnu*/libcrypto.so* "$openssl/lib/" \\
 && cp -a /unpacked/usr/include/openssl "$openssl/include/" \\
 && cp -a /unpacked/usr/include/*-linux-gnu*/openssl/. "$openssl/include/openssl/" \\
 && cp /unpacked/usr/bin/openssl "$openssl/bin/" \\
 && cp /unpacked/etc/ssl/openssl.cnf "$openssl/ssl/" \\
 && cp -a /unpacked/usr/lib/*-linux-gnu*/libpcre2-8.so* "$pcre2/lib/" \\
 && cp -a /unpacked/usr/include/pcre2.h "$pcre2/include/" \\
 && for name in libssl3t64 libpcre2-8-0; do dpkg-deb -f "$name"_*.deb Version | sed 's/-[^-]*$//' > "/$name"; done
FROM scratch
COPY --from=packages /openssl /openssl
COPY --from=packages /pcre2 /pcre2
COPY --from=packages /libssl3t64 /libpcre2-8-0 /
`;

/** Fetches them for a platform, laid out below the image's prefix. */
export async function debianLibraries(buildkit: BuildKit, platform: string, prefix: string): Promise<Libraries> {
  const source = folderWith({ Dockerfile: dockerfile(prefix) });
  const target = temporaryFolder('libraries');
  await buildkit.buildx(['build', '--platform', platform, '--provenance=false', '--output', `type=local,dest=${target}`, source]);
  const version = (file: string) => fs.readFileSync(path.join(target, file), 'utf8').trim();
  return {
    openssl: { folder: path.join(target, 'openssl'), version: version('libssl3t64') },
    pcre2: { folder: path.join(target, 'pcre2'), version: version('libpcre2-8-0') },
  };
}
