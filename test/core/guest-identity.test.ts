import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GuestIdentity, parseGuestIdentity } from '../../src/core/guest-identity';

const identity: GuestIdentity = {
  instanceId: 'i-0123456789abcdef0',
  runnerName: 'spot-17654321098-1-amd64-1',
  nonce: 'Zm9v_-1',
  instanceType: 'c7g.large',
  zone: 'us-east-1a',
};

describe("a guest's identity", () => {
  it('is read as it was written, without what else is there', () => {
    expect(parseGuestIdentity(`${JSON.stringify({ ...identity, more: 1 })}\n`)).toEqual(identity);
  });

  it('may lack a nonce, and nothing else', () => {
    expect(parseGuestIdentity(JSON.stringify({ ...identity, nonce: '' })).nonce).toBe('');
    for (const name of Object.keys(identity).filter((key) => key !== 'nonce')) {
      expect(() => parseGuestIdentity(JSON.stringify({ ...identity, [name]: '' }))).toThrow(new RegExp(`${name} = ""`));
      expect(() => parseGuestIdentity(JSON.stringify({ ...identity, [name]: undefined }))).toThrow(name);
    }
  });

  it('of a set-up that did not finish says so', () => {
    expect(() => parseGuestIdentity('')).toThrow(/set-up did not finish/);
  });

  it('is refused, and never believed, when it is anything else', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(() => parseGuestIdentity(text)).toThrow(/identity/);
      }),
    );
  });
});
