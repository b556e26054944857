/**
 * What a guest says of itself to the job that runs on it. Root writes it once, from
 * the metadata service, before the job's user loses sight of that service; the first
 * step of the build compares it with what the launch announced.
 *
 * The file is one JSON object with the five members of `GuestIdentity`, all of them
 * strings and none of them missing.
 */

/** A guest, as root on the guest saw it. */
export interface GuestIdentity {
  /** EC2's id: `i-` and hexadecimal digits. */
  readonly instanceId: string;
  /** Name of the runner that this guest was launched for. */
  readonly runnerName: string;
  /** What only the launch and its guest know of each other; empty where the launch gave none. */
  readonly nonce: string;
  /** For example `c7g.large`. */
  readonly instanceType: string;
  /** Availability zone: `us-east-1a`. */
  readonly zone: string;
}

/** Where the guest keeps it; root's, for everyone to read. */
export const GUEST_IDENTITY_FILE = '/run/spot-image/identity.json';

/** Grammar of a nonce: it stands in a shell script and in a workflow's output. */
export const NONCE_GRAMMAR = /^[A-Za-z0-9_-]{0,64}$/;

const GRAMMAR: Readonly<Record<keyof GuestIdentity, RegExp>> = {
  instanceId: /^i-[0-9a-f]{8,17}$/,
  runnerName: /^[A-Za-z0-9._-]{1,64}$/,
  nonce: NONCE_GRAMMAR,
  instanceType: /^[a-z0-9-]+\.[a-z0-9-]+$/,
  zone: /^[a-z0-9-]+$/,
};

/**
 * Reads the text of the file.
 *
 * @throws Error that names the member which is wrong, or says that the text is no such object
 */
export function parseGuestIdentity(text: string): GuestIdentity {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    throw new Error(`The guest's identity is no JSON: ${JSON.stringify(text.slice(0, 80))}. Its set-up did not finish: see its console.`);
  }
  if (typeof found !== 'object' || found === null || Array.isArray(found)) throw new Error("The guest's identity is no JSON object.");
  const members = found as Record<string, unknown>;
  for (const [name, grammar] of Object.entries(GRAMMAR)) {
    const value = members[name];
    if (typeof value !== 'string' || !grammar.test(value))
      throw new Error(`The guest's identity has ${name} = ${JSON.stringify(value)}, which is none; expected ${grammar}.`);
  }
  const { instanceId, runnerName, nonce, instanceType, zone } = members as unknown as GuestIdentity;
  return { instanceId, runnerName, nonce, instanceType, zone };
}
