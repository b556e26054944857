/** A small IAM: whether statements allow a request, for the operators that this project's policies use. */
import type { PermissionPolicy, Statement } from '../../src/core/policies/statement';

/** One resource of a request, as IAM authorises each of them by itself. */
export interface AuthorisedRequest {
  readonly action: string;
  /** ARN, with `ACCOUNT_ID` as account. */
  readonly resource: string;
  /** Keys that the request has; one that is absent matches no condition. */
  readonly keys: Readonly<Record<string, string>>;
}

function like(pattern: string): RegExp {
  return new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
}

const OPERATORS: Readonly<Record<string, (actual: string | undefined, wanted: string) => boolean>> = {
  StringEquals: (actual, wanted) => actual === wanted,
  StringEqualsIgnoreCase: (actual, wanted) => actual?.toLowerCase() === wanted.toLowerCase(),
  StringLike: (actual, wanted) => actual !== undefined && like(wanted).test(actual),
  Bool: (actual, wanted) => actual === wanted,
  Null: (actual, wanted) => (actual === undefined) === (wanted === 'true'),
};

function holds({ Condition = {} }: Statement, keys: AuthorisedRequest['keys']): boolean {
  return Object.entries(Condition).every(([operator, pairs]) => {
    const compare = OPERATORS[operator];
    if (!compare) throw new Error(`This IAM does not know ${operator}.`);
    return Object.entries(pairs).every(([key, values]) => [values].flat().some((value) => compare(keys[key], value)));
  });
}

/** The statement that allows a request, or undefined: then IAM denies it. */
export function allowing(policy: PermissionPolicy, { action, resource, keys }: AuthorisedRequest): Statement | undefined {
  return policy.Statement.find(
    (statement) =>
      statement.Action.includes(action) && statement.Resource.some((pattern) => like(pattern).test(resource)) && holds(statement, keys),
  );
}
