/** The script that the smoke stage runs: what can be seen from outside, then the run of the checks. */
import type { OpenRestyConfig } from '../../core/config';
import { opensslDir, SMOKE_DIR, SMOKE_HOST } from './paths';
import { shellWord } from './quote';

/** Seconds that an emulated machine may take for all checks. */
const PATIENCE_SECONDS = 300;

/** The script's text. */
export function renderSmokeScript({ openresty, layout }: OpenRestyConfig): string {
  const { binary, runDir, uid, gid, confDir } = layout;
  return `#!/bin/sh
# Proves the image. Runs in it, as its user.
set -eu

nginx=${shellWord(binary)}
run=${shellWord(runDir)}
log=$run/smoke.log

fail() {
  echo "smoke: FAILED: $*" >&2
  if [ -f "$log" ]; then cat "$log" >&2; fi
  exit 1
}

echo 'smoke: user'
[ "$(id -u):$(id -g)" = ${uid}:${gid} ] || fail "the image runs as $(id -u):$(id -g), not as ${uid}:${gid}"

echo 'smoke: versions'
version=$("$nginx" -V 2>&1) || fail "$version"
case $version in
  *openresty*${shellWord(openresty.version)}*) ;;
  *) fail ${shellWord(`this is not OpenResty ${openresty.version}:`)} "$version" ;;
esac
case $version in
  *'running with OpenSSL'*) fail 'not built with the OpenSSL that it runs with:' "$version" ;;
  *${shellWord(`built with OpenSSL ${openresty.openssl.version} `)}*) ;;
  *) fail ${shellWord(`not built with OpenSSL ${openresty.openssl.version}:`)} "$version" ;;
esac

echo 'smoke: configuration'
# Ports are the last thing that the test of a configuration tries. Where this build's network keeps those below
# 1024 for root, that is as far as it gets.
"$nginx" -t > "$log" 2>&1 || grep 'bind() to .* failed (13: Permission denied)' "$log" || fail ${shellWord(`${confDir}/nginx.conf does not work`)}

echo 'smoke: certificate'
${SMOKE_DIR}/openssl req -x509 -config ${opensslDir(layout)}/ssl/openssl.cnf -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \\
  -subj /CN=${SMOKE_HOST} -addext subjectAltName=DNS:${SMOKE_HOST} -days 2 -keyout "$run/smoke.key" -out "$run/smoke.crt" > "$log" 2>&1 || fail 'no certificate'

echo 'smoke: service'
rm -f "$log"
code=0
timeout ${PATIENCE_SECONDS} "$nginx" -c ${SMOKE_DIR}/nginx.conf -g 'daemon off;' || code=$?
[ -f "$run/smoke.verdict" ] || fail "nginx ended with code $code before the checks were done"
[ "$(cat "$run/smoke.verdict")" = passed ] || fail "$(cat "$run/smoke.verdict")"
[ "$code" = 0 ] || fail "nginx ended with code $code after SIGQUIT, not with 0"
if grep -E '\\[(warn|error|crit|alert|emerg)\\]' "$log"; then fail 'nginx complained'; fi
echo 'smoke: passed'
`;
}
