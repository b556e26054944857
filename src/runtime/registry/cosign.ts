import type { RuntimeSignature } from '../../core/runtime-config';
import { lastLine, type Shell } from '../edges/shell';
import { Refusal } from '../failure';

/** Signatures of images, through `cosign`, logged in where docker is. */
export interface Signer {
  /**
   * Signs what a reference names, unless it is signed already.
   * @param reference `registry/owner/name@digest`: a tag could name something else by now
   * @throws Refusal if there is no signature in the end
   */
  sign(reference: string): Promise<void>;
  /** Why nobody who may has signed it; undefined if somebody has. @throws Refusal if cosign cannot be run */
  fault(reference: string): Promise<string | undefined>;
}

const reasonOf = (stderr: string) => lastLine(stderr, 'Error: ', 'cosign');

/** The signer of this repository's workflows, who prove by OpenID Connect who they are; no key is stored anywhere. */
export function cosign(shell: Shell, { identity, issuer }: RuntimeSignature): Signer {
  async function fault(reference: string): Promise<string | undefined> {
    const who = ['--certificate-identity-regexp', identity, '--certificate-oidc-issuer', issuer];
    const { code, stderr } = await shell.run('cosign', ['verify', ...who, reference]);
    return code === 0 ? undefined : reasonOf(stderr);
  }

  return {
    fault,
    async sign(reference) {
      if ((await fault(reference)) === undefined) return;
      const { code, stderr } = await shell.run('cosign', ['sign', '--yes', reference]);
      if (code !== 0)
        throw new Refusal(`Cannot sign ${reference}: ${reasonOf(stderr)}. Merge again: what is there already stays, and is signed.`);
    },
  };
}
