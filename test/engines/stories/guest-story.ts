/** What the stories about a guest have in common. */
import { afterEach } from 'vitest';
import { type TimeToLive, timeToLive } from '../../../src/core/time-to-live';
import { renderUserData, type UserDataFacts } from '../../../src/runtime/runner/user-data';
import { type Guest, startGuest } from '../guest';
import { guestArchives, JIT_CONFIG } from '../guest-archives';
import { type GuestNetwork, startGuestNetwork } from '../guest-network';

/** The runner of every story. */
export const RUNNER = 'spot-17654321098-1-amd64-1';

/** What a story changes. Durations are seconds. */
export interface Story {
  readonly facts?: Partial<UserDataFacts>;
  /** Changes the user-data itself. */
  readonly spoil?: (userData: string) => string;
  readonly ttl?: Partial<TimeToLive>;
  /** From now until the absolute end; default: an hour. */
  readonly expiresIn?: number;
  readonly files?: Readonly<Record<string, string>>;
  /** Makes its world strange before it boots. */
  readonly before?: (network: GuestNetwork) => void | Promise<void>;
}

/** A guest and its world. */
export interface Booted {
  readonly network: GuestNetwork;
  readonly guest: Guest;
  /** Waits until its runner listens. Throws with the console when it is off before, or after a minute. */
  listens(): Promise<void>;
}

const open = new Set<Booted>();

afterEach(async () => {
  await Promise.all([...open].map(close));
});

async function close(booted: Booted): Promise<void> {
  open.delete(booted);
  await booted.guest.cut();
  await booted.network.stop();
}

/** Boots the real user-data; what is booted ends with the test. */
export async function boot({
  facts = {},
  spoil = (userData) => userData,
  ttl = {},
  expiresIn = 3600,
  files,
  before,
}: Story = {}): Promise<Booted> {
  const archives = await guestArchives();
  const network = await startGuestNetwork();
  for (const [path, answer] of archives.answers) network.answers.set(path, answer);
  await before?.(network);
  const userData = renderUserData({
    name: RUNNER,
    jitConfig: JIT_CONFIG,
    timeToLive: { ...timeToLive(60), ...ttl },
    expires: new Date(Date.now() + expiresIn * 1000),
    tools: archives.tools,
    graceSeconds: 5,
    ...facts,
  });
  const guest = await startGuest({ userData: spoil(userData), network, files });
  const booted = { guest, network, listens: () => guest.says('Listening for Jobs', 60) };
  open.add(booted);
  return booted;
}

/** Does the work for each item, some of them side by side; boots wait more than they compute. */
export async function sideBySide<Item>(items: readonly Item[], width: number, work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
    }),
  );
}

/** Ends a guest before its test does. */
export const end = close;
