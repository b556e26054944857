/** A command was called wrongly: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A command was refused or failed for a reason that the message tells people: exit code 1. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** What an error says, in one line without its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
