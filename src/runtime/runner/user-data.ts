/**
 * The guest's user-data: a cloud-config of three acts. `bootcmd`, at every boot and
 * before anything that can fail, arms the power-off; `write_files` puts units and
 * scripts in place; `runcmd` starts the set-up in a unit of its own, so that neither
 * waits for the other and cloud-init's end does not end the set-up.
 */
import { gzipSync } from 'node:zlib';
import { type Mirrors, mirrored } from '../../core/download';
import { NONCE_GRAMMAR } from '../../core/guest-identity';
import type { GuestTool, GuestTools } from '../../core/guest-tools';
import type { TimeToLive } from '../../core/time-to-live';
import { idleSeconds } from '../../core/time-to-live';
import { Refusal } from '../failure';
import { armingScript, armingUnits } from './arming';
import { type GuestFile, METADATA, STATE_DIR, TOOLS_DIR } from './guest';
import { setupScript } from './setup';
import { workingFiles } from './units';

/** EC2's limit, before base64. */
export const USER_DATA_LIMIT = 16 * 1024;

/** Between the end of the job and the power-off, in which the runner uploads logs. */
const GRACE_SECONDS = 60;

/** The guest's files on their way. */
const ARCHIVE = `${STATE_DIR}/files`;

/** What the user-data of one machine depends on. */
export interface UserDataFacts {
  /** The runner's name, for people who look at the console. */
  readonly name: string;
  /** The one secret that travels: usable once, by one runner. */
  readonly jitConfig: string;
  readonly timeToLive: TimeToLive;
  /** When the time to live ends. */
  readonly expires: Date;
  readonly tools: GuestTools;
  /** What the guest repeats in its identity; letters, digits, `-` and `_`. Default: none. */
  readonly nonce?: string;
  /** `http://host:port` of a proxy for the downloads, BuildKit and the runner. Default: none. */
  readonly proxy?: string;
  /** Addresses to download from in place of others. Default: none. */
  readonly mirrors?: Mirrors;
  /** Seconds between the end of the job and the power-off, at the latest. Default: 60. */
  readonly graceSeconds?: number;
}

/** A YAML literal block: the text comes out as it goes in. */
function block(text: string, indent: number): string {
  const spaces = ' '.repeat(indent);
  return `|\n${text.replace(/^(?=.)/gm, spaces)}`;
}

/** A shell script that writes the files. */
function archive(files: readonly GuestFile[]): string {
  const put = ({ path, mode, text }: GuestFile) => `put ${mode} ${path} <<'END-OF-FILE'\n${text}END-OF-FILE\n`;
  return `set -e\nput() { mkdir -p "\${2%/*}"; cat > "$2"; chmod "$1" "$2"; }\n${files.map(put).join('')}`;
}

/** Compressed, because what people can read would not fit; the secret, which does not shrink, stays outside. */
function workingParts(secret: GuestFile, files: readonly GuestFile[]): string {
  const packed = gzipSync(archive(files), { level: 9 }).toString('base64');
  const start = 'systemctl daemon-reload && systemctl start --no-block spot-setup.service';
  return `write_files:
- path: ${secret.path}
  permissions: '${secret.mode}'
  content: ${block(secret.text, 4)}- path: ${ARCHIVE}
  permissions: '0600'
  encoding: gz+b64
  content: ${packed}
runcmd:
- sh ${ARCHIVE} && ${start} || systemctl start --no-block spot-idle.service
`;
}

function cloudConfig(comment: string, arming: string, working = ''): string {
  return `#cloud-config\n# ${comment}\nbootcmd:\n- ${block(arming, 2)}${working}`;
}

/** What goes into a shell script between quotes must not be able to leave them. */
function plain(what: string, text: string, grammar: RegExp): string {
  if (!grammar.test(text)) throw new Refusal(`${what} is ${JSON.stringify(text)}, which cannot be put into a guest.`);
  return text;
}

const URL_GRAMMAR = /^https?:\/\/[A-Za-z0-9._~:/?#@!&()*+,;=%-]+$/;

function from(mirrors: Mirrors, tools: GuestTools): GuestTools {
  const sent = (tool: GuestTool) => ({ ...tool, url: plain('An address', mirrored(mirrors, tool.url), URL_GRAMMAR) });
  return { runner: sent(tools.runner), buildkit: sent(tools.buildkit), buildx: sent(tools.buildx) };
}

function proxyFile(proxy: string): GuestFile {
  const address = plain('The proxy', proxy, URL_GRAMMAR);
  const names = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'].map((name) => `${name}=${address}\n`).join('');
  const direct = `localhost,127.0.0.1,${METADATA.v4}`;
  return { path: `${TOOLS_DIR}/proxy.env`, mode: '0644', text: `${names}no_proxy=${direct}\nNO_PROXY=${direct}\n` };
}

function checked(text: string): string {
  const size = Buffer.byteLength(text);
  if (size > USER_DATA_LIMIT)
    throw new Refusal(
      `The user-data has ${size} bytes; EC2 allows ${USER_DATA_LIMIT}. The JIT configuration must have grown: report this.`,
    );
  return text;
}

/**
 * What the user-data puts on one machine, besides the secret.
 * @throws Refusal if a fact is none that may stand in it
 */
export function guestFiles(facts: UserDataFacts): GuestFile[] {
  const { name, timeToLive, nonce = '', proxy, mirrors = {}, graceSeconds = GRACE_SECONDS } = facts;
  const setup = setupScript({
    name: plain('The name', name, /^[A-Za-z0-9._-]{1,64}$/),
    nonce: plain('The nonce', nonce, NONCE_GRAMMAR),
    tools: from(mirrors, facts.tools),
  });
  return [
    { path: `${TOOLS_DIR}/setup`, mode: '0755', text: setup },
    ...(proxy === undefined ? [] : [proxyFile(proxy)]),
    ...workingFiles({ setupSeconds: timeToLive.bootSeconds, graceSeconds }),
  ];
}

/**
 * The user-data of one machine.
 * @throws Refusal if it is larger than EC2 allows, or a fact is none that may stand in it
 */
export function renderUserData(facts: UserDataFacts): string {
  const { name, jitConfig, timeToLive, expires } = facts;
  if (!/^[A-Za-z0-9+/=_-]+$/.test(jitConfig)) throw new Refusal('GitHub gave a JIT configuration that is no base64 text.');
  const files = guestFiles(facts);
  const units = armingUnits(idleSeconds(timeToLive), timeToLive.totalSeconds, expires);
  const secret = { path: `${STATE_DIR}/runner.env`, mode: '0600', text: `ACTIONS_RUNNER_INPUT_JITCONFIG=${jitConfig}\n` };
  return checked(cloudConfig(`${name}: one runner for one job`, armingScript(units), workingParts(secret, files)));
}

/**
 * The user-data of a machine that did not get its own: it can do nothing, and ends
 * itself as soon as one that no job reaches.
 */
export function renderFallbackUserData(timeToLive: TimeToLive): string {
  const units = armingUnits(timeToLive.pickUpSeconds, timeToLive.totalSeconds, undefined);
  return checked(cloudConfig('No user-data of a launch arrived: this machine ends itself', armingScript(units)));
}
