import { describe, expect, it } from 'vitest';
import type { Ec2Cpu } from '../../src/core/config';
import { guestTools } from '../../src/core/guest-tools';

const CPUS: readonly Ec2Cpu[] = ['x86_64', 'arm64'];

describe('what a guest downloads', () => {
  it('is pinned by a whole SHA-256, each file by its own', () => {
    const sums = CPUS.flatMap((cpu) => Object.values(guestTools(cpu)).map(({ sha256 }) => sha256));
    for (const sum of sums) expect(sum).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(sums).size).toBe(sums.length);
  });

  it('comes by HTTPS from an address that names the very version', () => {
    for (const tool of CPUS.flatMap((cpu) => Object.values(guestTools(cpu)))) {
      expect(tool.url).toMatch(/^https:\/\//);
      expect(tool.url).toContain(`v${tool.version}`);
    }
  });

  it('is the same release for every kind of machine', () => {
    const versions = CPUS.map((cpu) => Object.values(guestTools(cpu)).map(({ version }) => version));
    expect(versions[1]).toEqual(versions[0]);
  });
});
