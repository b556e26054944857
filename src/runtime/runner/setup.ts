import { GUEST_IDENTITY_FILE } from '../../core/guest-identity';
import type { GuestTool, GuestTools } from '../../core/guest-tools';
import { BUILD_NETWORK, CONFIGURED, HOME, JOB_DIR, RUNNER_USER, TOOLS_DIR } from './guest';

/** What the set-up of one machine depends on. */
export interface SetupFacts {
  /** The runner's name. */
  readonly name: string;
  /** See `GuestIdentity`. */
  readonly nonce: string;
  /** With the addresses that the guest is to ask: mirrors are already put in. */
  readonly tools: GuestTools;
}

/** BuildKit's CNI plugins under the names that it asks for. */
const CNI_DIR = '/opt/cni/bin';

function fetch(name: string, { version, url, sha256 }: GuestTool): string {
  return `fetch '${name} ${version}' '${url}' ${sha256} ${name} & pids+=("$!")`;
}

/** Root learns who it is, tells everyone, and closes the door behind it. */
function attestation({ name, nonce }: SetupFacts): string {
  return `step 'network and identity'
# shellcheck source=/dev/null
. ${TOOLS_DIR}/metadata.sh
for ((n = 0; n < 60; n++)); do
  if id=$(metadata instance-id); then break; fi
  if ((n == 0)); then step 'waiting for the metadata service'; fi
  sleep 1
done
type=$(metadata instance-type)
zone=$(metadata placement/availability-zone)
step "$id $type $zone"
printf '{"instanceId":"%s","runnerName":"%s","nonce":"%s","instanceType":"%s","zone":"%s"}\\n' \\
  "$id" '${name}' '${nonce}' "$type" "$zone" > ${GUEST_IDENTITY_FILE}
close_metadata
if runuser --user ${RUNNER_USER} -- curl --silent --noproxy '*' --max-time 2 http://169.254.169.254/; then
  step 'failed: the metadata service is open to the job'
  exit 1
fi
systemctl start --no-block spot-notice.service
`;
}

/**
 * Containers get a network of their own, which systemd-networkd translates to the
 * machine's: the machine has no packet filter that a CNI plugin could command. Where a
 * look through it does not reach what the machine reaches, they share the machine's
 * network, and the metadata service is closed for everybody, root included.
 */
function buildNetwork(): string {
  const { bridge, subnet, gateway } = BUILD_NETWORK;
  return `step 'network of the build'
cat > /etc/systemd/network/10-${bridge}.netdev <<'END'
[NetDev]
Name=${bridge}
Kind=bridge
END
cat > /etc/systemd/network/10-${bridge}.network <<'END'
[Match]
Name=${bridge}
[Network]
Address=${gateway}/16
IPMasquerade=ipv4
ConfigureWithoutCarrier=yes
LinkLocalAddressing=no
[Link]
RequiredForOnline=no
END
reaches() { # does a network behind the bridge reach this address and port?
  ip netns add probe && ip link add spotp type veth peer name eth0 netns probe &&
    ip link set spotp master ${bridge} up && ip -n probe link set eth0 up &&
    ip -n probe address add ${gateway.replace(/\.1$/, '.2')}/16 dev eth0 && ip -n probe route add default via ${gateway} &&
    for try in 1 2 3 4 5; do ip netns exec probe timeout 2 bash -c "exec 3<> /dev/tcp/$1/$2" && return; sleep "0.$try"; done
}
network=host
if networkctl reload && timeout 10 sh -c 'until ip -4 address show dev ${bridge} | grep -q inet; do sleep 0.1; done' 2> /dev/null &&
  reaches "$peer" "$port" 2> /dev/null; then network=cni; fi
ip netns delete probe 2> /dev/null || :
if [ $network = host ]; then
  step "containers share the machine's network: no metadata service for anybody, no Spot notice"
  systemctl stop spot-notice.service
  ip rule add to 169.254.169.254 prohibit protocol kernel priority 99
fi
install -d /etc/buildkit ${CNI_DIR}
for plugin in loopback bridge host-local; do ln -s /usr/local/bin/buildkit-cni-$plugin ${CNI_DIR}/$plugin; done
cat > /etc/buildkit/cni.conflist <<'END'
{"cniVersion":"1.0.0","name":"spot","plugins":[{"type":"bridge","bridge":"${bridge}","isDefaultGateway":true,
"ipam":{"type":"host-local","ranges":[[{"subnet":"${subnet}"}]]}}]}
END
cat > /etc/buildkit/buildkitd.toml <<END
[grpc]
  address = ["${CONFIGURED.socket}"]
[worker.containerd]
  enabled = false
[worker.oci]
  networkMode = "$network"
  cniConfigPath = "/etc/buildkit/cni.conflist"
  cniBinaryPath = "${CNI_DIR}"
END
`;
}

/**
 * The script that makes the guest able to build, then starts BuildKit and the runner.
 * It says on the console what it is about to do, so that a failure names its step.
 *
 * Everything comes from pinned archives; no package manager runs. Ownership: root has
 * all tools, the runner's user only its own folder, its home and the folder of signs.
 */
export function setupScript(facts: SetupFacts): string {
  const { tools } = facts;
  return `#!/bin/bash
set -euo pipefail
step() { echo "spot-image: $*"; }
trap 'step "failed at line $LINENO: $BASH_COMMAND"' ERR

fetch() { # what, address, sha256, file
  step "download $1"
  if ! curl --fail --silent --show-error --location --connect-timeout 10 --speed-limit 10240 --speed-time 20 \\
    --retry 6 --retry-all-errors --retry-delay 2 --output "$4" "$2"; then
    step "failed: download $1 from $2"
    return 1
  fi
  if ! echo "$3  $4" | sha256sum --check --quiet -; then
    step "failed: checksum of $1"
    return 1
  fi
}

step 'timers' # without them nothing would end this machine
for timer in ttl idle; do systemctl is-active --quiet spot-$timer.timer; done

step 'user'
useradd --create-home --home-dir ${HOME} --shell /bin/bash ${RUNNER_USER}
install -d -m 0755 -o ${RUNNER_USER} -g ${RUNNER_USER} ${JOB_DIR} ${TOOLS_DIR}/runner
install -d -m 0700 ${TOOLS_DIR}/download

${attestation(facts)}
cd ${TOOLS_DIR}/download
pids=()
${fetch('buildx', tools.buildx)}
${fetch('buildkit', tools.buildkit)}
${fetch('runner', tools.runner)}
${peerOf(tools.buildkit.url)}
${buildNetwork()}for pid in "\${pids[@]}"; do wait "$pid"; done

step 'BuildKit ${tools.buildkit.version}'
tar --extract --gzip --no-same-owner --file buildkit --directory /usr/local
install -m 0755 buildx /usr/local/bin/buildx
if ! systemctl start spot-buildkit.service; then
  journalctl --unit spot-buildkit --output cat --lines 40 --no-pager
  step 'failed: BuildKit does not start'
  exit 1
fi
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

/** What the build's network must reach: the proxy where there is one, else the site of a download. */
function peerOf(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `at=\${https_proxy:-${protocol}//${hostname}:${port || (protocol === 'http:' ? 80 : 443)}}
at=\${at#*//} at=\${at%%/*} port=\${at##*:}
peer=$(getent ahostsv4 "\${at%:*}" | head -n 1 | cut -d ' ' -f 1) || peer=`;
}
