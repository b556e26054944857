/**
 * The guest's user-data: a cloud-config of three acts. `bootcmd`, at every boot and
 * before anything that can fail, arms the power-off; `write_files` puts units and
 * scripts in place; `runcmd` starts the set-up in a unit of its own, so that neither
 * waits for the other and cloud-init's end does not end the set-up.
 */
import type { GuestTools } from '../../core/guest-tools';
import type { TimeToLive } from '../../core/time-to-live';
import { idleSeconds } from '../../core/time-to-live';
import { Refusal } from '../failure';
import { STATE_DIR, TOOLS_DIR } from './guest';
import { setupScript } from './setup';
import { armingScript, armingUnits, type GuestFile, workingFiles } from './units';

/** EC2's limit, before base64. */
export const USER_DATA_LIMIT = 16 * 1024;

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
}

/** A YAML literal block: the text comes out as it goes in. */
function block(text: string, indent: number): string {
  const spaces = ' '.repeat(indent);
  return `|\n${text.replace(/^(?=.)/gm, spaces)}`;
}

function writeFile({ path, mode, text }: GuestFile): string {
  return `- path: ${path}\n  permissions: '${mode}'\n  content: ${block(text, 4)}`;
}

function cloudConfig(comment: string, arming: string, files: readonly GuestFile[]): string {
  const written = files.length > 0 ? `write_files:\n${files.map(writeFile).join('')}` : '';
  const start = files.length > 0 ? 'runcmd:\n- systemctl daemon-reload\n- systemctl start --no-block spot-setup.service\n' : '';
  return `#cloud-config\n# ${comment}\nbootcmd:\n- ${block(arming, 2)}${written}${start}`;
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
 * The user-data of one machine.
 * @throws Refusal if it is larger than EC2 allows, or the JIT configuration is no base64 text
 */
export function renderUserData({ name, jitConfig, timeToLive, expires, tools }: UserDataFacts): string {
  if (!/^[A-Za-z0-9+/=_-]+$/.test(jitConfig)) throw new Refusal('GitHub gave a JIT configuration that is no base64 text.');
  const units = armingUnits(idleSeconds(timeToLive), timeToLive.totalSeconds, expires);
  const files: GuestFile[] = [
    { path: `${STATE_DIR}/runner.env`, mode: '0600', text: `ACTIONS_RUNNER_INPUT_JITCONFIG=${jitConfig}\n` },
    { path: `${TOOLS_DIR}/setup`, mode: '0755', text: setupScript(tools) },
    ...workingFiles(),
  ];
  return checked(cloudConfig(`${name}: one runner for one job`, armingScript(units, expires), files));
}

/**
 * The user-data of a machine that did not get its own: it can do nothing, and ends
 * itself as soon as one that no job reaches.
 */
export function renderFallbackUserData(timeToLive: TimeToLive): string {
  const units = armingUnits(timeToLive.pickUpSeconds, timeToLive.totalSeconds, undefined);
  return checked(cloudConfig('No user-data of a launch arrived: this machine ends itself', armingScript(units, undefined), []));
}
