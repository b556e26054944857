import type { GuestTool, GuestTools } from '../../core/guest-tools';
import { CONFIGURED, HOME, JOB_DIR, RUNNER_USER, TOOLS_DIR } from './guest';

function fetch(name: string, { version, url, sha256 }: GuestTool): string {
  return `fetch '${name} ${version}' '${url}' ${sha256} ${name} & pids+=("$!")`;
}

/**
 * The script that makes the guest able to build, then starts BuildKit and the runner.
 * It says on the console what it is about to do, so that a failure names its step.
 *
 * Everything comes from pinned archives; no package manager runs. Ownership: root has
 * all tools, the runner's user only its own folder, its home and the folder of signs.
 */
export function setupScript(tools: GuestTools): string {
  return `#!/bin/bash
set -euo pipefail
step() { echo "spot-image: $*"; }
trap 'step "failed at line $LINENO: $BASH_COMMAND"' ERR

fetch() { # what, address, sha256, file
  step "download $1"
  if ! curl --fail --silent --show-error --location --connect-timeout 10 --max-time 300 \\
    --retry 6 --retry-all-errors --retry-delay 2 --output "$4" "$2"; then
    step "failed: download $1 from $2"
    return 1
  fi
  if ! echo "$3  $4" | sha256sum --check --quiet -; then
    step "failed: checksum of $1"
    return 1
  fi
}

step 'user'
useradd --create-home --home-dir ${HOME} --shell /bin/bash ${RUNNER_USER}
install -d -m 0755 -o ${RUNNER_USER} -g ${RUNNER_USER} ${JOB_DIR} ${TOOLS_DIR}/runner
install -d -m 0700 ${TOOLS_DIR}/download
cd ${TOOLS_DIR}/download

pids=()
${fetch('buildx', tools.buildx)}
${fetch('buildkit', tools.buildkit)}
${fetch('runner', tools.runner)}
for pid in "\${pids[@]}"; do wait "$pid"; done

step 'BuildKit ${tools.buildkit.version}'
tar --extract --gzip --no-same-owner --file buildkit --directory /usr/local
install -m 0755 buildx /usr/local/bin/buildx
# containers get a network of their own where the machine can give them one
network=host
if command -v iptables > /dev/null; then network=bridge; fi
install -d /etc/buildkit
cat > /etc/buildkit/buildkitd.toml <<CONFIG
[grpc]
  address = ["${CONFIGURED.socket}"]
[worker.containerd]
  enabled = false
[worker.oci]
  networkMode = "$network"
CONFIG
systemctl start spot-buildkit.service
step "BuildKit runs, network $network"

step 'builder'
runuser --user ${RUNNER_USER} -- env HOME=${HOME} /usr/local/bin/buildx create --name ${CONFIGURED.builder} --driver remote --use ${CONFIGURED.socket}

step 'runner ${tools.runner.version}'
tar --extract --gzip --no-same-owner --file runner --directory ${TOOLS_DIR}/runner
chown --recursive ${RUNNER_USER}:${RUNNER_USER} ${TOOLS_DIR}/runner
# the newest Node that the runner brings, for the job's own commands
for node in ${TOOLS_DIR}/runner/externals/node[0-9][0-9]/bin/node; do ln --force --symbolic "$node" /usr/local/bin/node; done
cd / && rm -r ${TOOLS_DIR}/download
systemctl start spot-done.path
systemctl start --no-block spot-runner.service
step 'runner started'
`;
}
