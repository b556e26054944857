/**
 * What takes the place of stages that take too long under emulation, as BuildKit's
 * named contexts: Debian's own OpenSSL and PCRE2, and compilers that run on this
 * machine and compile for the other one (everything else of the stages is as it is).
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { type BuildKit, temporaryFolder, versions } from '..';
import { folderWith } from '../folder';

/** Contexts by stage, and the versions of the libraries in them. */
export interface Replacements {
  readonly contexts: Readonly<Record<'toolchain' | 'openssl' | 'pcre2', string>>;
  readonly versions: { readonly openssl: string; readonly pcre2: string };
}

const dockerfile = (prefix: string, cpu: string) => `
FROM --platform=$BUILDPLATFORM debian:${versions.debian}-slim AS native
ARG TARGETARCH
RUN dpkg --add-architecture "$TARGETARCH" && apt-get update

FROM native AS compilers
RUN apt-get install -y --no-install-recommends make patch perl gcc-${cpu}-linux-gnu "libc6-dev:$TARGETARCH" "zlib1g-dev:$TARGETARCH" "libzstd1:$TARGETARCH" \\
 && for tool in /usr/bin/${cpu}-linux-gnu-*; do ln -s "$tool" "/usr/local/bin/\${tool#/usr/bin/${cpu}-linux-gnu-}"; done \\
 && ln -s gcc /usr/local/bin/cc
# an image of the other platform, as the stage that it takes the place of
FROM scratch AS toolchain
COPY --from=compilers / /
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

FROM native AS packages
WORKDIR /packages
RUN for name in libssl3t64 libssl-dev openssl libpcre2-8-0 libpcre2-dev; do apt-get download "$name:$TARGETARCH"; done \\
 && for file in *.deb; do dpkg-deb -x "$file" /unpacked; done
RUN openssl=/openssl${prefix}/openssl3 pcre2=/pcre2${prefix}/pcre2 lib=/unpacked/usr/lib/${cpu}-linux-gnu include=/unpacked/usr/include \\
 && mkdir -p "$openssl/lib" "$openssl/include" "$openssl/bin" "$openssl/ssl" "$pcre2/lib" "$pcre2/include" \\
 && cp -a "$lib"/libssl.so* "$lib"/libcrypto.so* "$openssl/lib/" \\
 && cp -a "$include/openssl" "$openssl/include/" \\
 && cp -a "$include/${cpu}-linux-gnu/openssl/." "$openssl/include/openssl/" \\
 && cp /unpacked/usr/bin/openssl "$openssl/bin/" \\
 && cp /unpacked/etc/ssl/openssl.cnf "$openssl/ssl/" \\
 && cp -a "$lib"/libpcre2-8.so* "$pcre2/lib/" \\
 && cp -a "$include/pcre2.h" "$pcre2/include/" \\
 && for name in libssl3t64 libpcre2-8-0; do dpkg-deb -f "$name"_*.deb Version | sed 's/-[^-]*$//' > "/$name"; done
FROM scratch AS libraries
COPY --from=packages /openssl /openssl
COPY --from=packages /pcre2 /pcre2
COPY --from=packages /libssl3t64 /libpcre2-8-0 /
`;

/**
 * Makes them for a platform; the libraries below the image's prefix, the compilers
 * as an image in the registry.
 * @param cpu the CPU as GNU names it, such as `aarch64`
 */
export async function replacements(
  buildkit: BuildKit,
  registryHost: string,
  platform: string,
  cpu: string,
  prefix: string,
): Promise<Replacements> {
  const source = folderWith({ Dockerfile: dockerfile(prefix, cpu) });
  const build = (target: string, output: string) =>
    buildkit.buildx(['build', '--platform', platform, '--provenance=false', '--target', target, '--output', output, source]);
  const folder = temporaryFolder('libraries');
  await build('libraries', `type=local,dest=${folder}`);
  const toolchain = `${registryHost}/toolchain:${cpu}`;
  await build('toolchain', `type=image,name=${toolchain},push=true`);
  const version = (file: string) => fs.readFileSync(path.join(folder, file), 'utf8').trim();
  return {
    contexts: { toolchain: `docker-image://${toolchain}`, openssl: path.join(folder, 'openssl'), pcre2: path.join(folder, 'pcre2') },
    versions: { openssl: version('libssl3t64'), pcre2: version('libpcre2-8-0') },
  };
}
