import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyError, classifyFleetError, type ErrorClass, mendOf } from '../../../src/core/runner/cloud-error';
import { nextTry, type TryFacts } from '../../../src/core/runner/next-try';

const facts: TryFacts = {
  target: { region: 0, market: 'spot' },
  regions: 1,
  onDemand: false,
  round: 1,
  sent: 1,
  how: 'answered',
  classes: ['capacity'],
  now: 0,
  deadline: 300_000,
  random: 0.5,
};

const anyClass = fc.constantFrom<ErrorClass[]>(
  'capacity',
  'quota',
  'price',
  'permission',
  'configuration',
  'throttle',
  'consistency',
  'mismatch',
  'lost',
  'user-data',
  'unavailable',
  'unknown',
);

describe('an error code', () => {
  it.each<[string, ErrorClass]>([
    ['InsufficientInstanceCapacity', 'capacity'],
    ['UnfulfillableCapacity', 'capacity'],
    ['InsufficientHostCapacity', 'capacity'],
    ['Unsupported', 'capacity'],
    ['InsufficientFreeAddressesInSubnet', 'capacity'],
    ['MaxSpotInstanceCountExceeded', 'quota'],
    ['VcpuLimitExceeded', 'quota'],
    ['MaxFleetCountExceeded', 'quota'],
    ['SpotMaxPriceTooLow', 'price'],
    ['UnauthorizedOperation', 'permission'],
    ['AuthFailure.ServiceLinkedRoleCreationNotPermitted', 'permission'],
    ['InvalidAMIID.NotFound', 'configuration'],
    ['InvalidParameterValue', 'configuration'],
    ['InvalidSubnetID.NotFound', 'configuration'],
    ['InvalidFleetConfiguration', 'configuration'],
    ['PendingVerification', 'configuration'],
    ['RequestLimitExceeded', 'throttle'],
    ['InternalError', 'lost'],
    ['ECONNRESET', 'lost'],
    ['TimeoutError', 'lost'],
    ['InvalidInstanceID.NotFound', 'consistency'],
    ['InvalidLaunchTemplateName.NotFoundException', 'consistency'],
    ['IdempotentParameterMismatch', 'mismatch'],
    ['BrandNewCode', 'unknown'],
  ])('%s is of class %s', (code, kind) => {
    expect(classifyError(code)).toBe(kind);
  });

  it('tells a region that does not know user-data in a fleet request from other wrong requests', () => {
    const message = 'The parameter LaunchTemplateSpecificationUserData is not recognized';
    expect(classifyFleetError({ code: 'UnknownParameter', message })).toBe('user-data');
    expect(classifyFleetError({ code: 'InvalidParameterValue', message: 'Value (x) for parameter imageId is invalid' })).toBe(
      'configuration',
    );
    expect(classifyFleetError({ code: 'UnauthorizedOperation', message })).toBe('permission');
  });

  it('has its own mend, although a shorter code begins the same', () => {
    expect(mendOf('AuthFailure.ServiceLinkedRoleCreationNotPermitted')).toContain('create-service-linked-role');
    expect(mendOf('AuthFailure')).toContain('AWS_ROLE_ARN');
  });
});

describe('after EC2 gave no machine', () => {
  it('comes the next region, then on demand where the config allows it, then no other', () => {
    expect(nextTry({ ...facts, regions: 2 })).toMatchObject({ verdict: 'next', target: { region: 1, market: 'spot' } });
    const last = { ...facts, regions: 2, target: { region: 1, market: 'spot' as const } };
    expect(nextTry({ ...last, onDemand: true })).toMatchObject({ verdict: 'next', target: { region: 0, market: 'on-demand' } });
    expect(nextTry({ ...last, classes: ['quota'] })).toEqual({ verdict: 'give-up' });
  });

  it('is asked again with the same token what may have been heard, and nothing else', () => {
    expect(nextTry({ ...facts, how: 'thrown', classes: ['lost'], regions: 2, onDemand: true }).verdict).toBe('repeat');
    expect(nextTry({ ...facts, how: 'thrown', classes: ['unknown'], regions: 2, onDemand: true }).verdict).toBe('give-up');
  });

  it('comes another round only if all of it was capacity, and not for ever', () => {
    expect(nextTry(facts)).toMatchObject({ verdict: 'next', round: 2 });
    expect(nextTry({ ...facts, classes: ['capacity', 'quota'] }).verdict).toBe('give-up');
    expect(nextTry({ ...facts, round: 3 }).verdict).toBe('give-up');
  });

  it.each(['mismatch', 'user-data'] as const)('goes on in the same place, as another try, after: %s', (kind) => {
    expect(nextTry({ ...facts, how: 'thrown', classes: [kind], regions: 2 })).toMatchObject({
      verdict: 'next',
      target: facts.target,
      afterMs: 0,
    });
  });

  const anyFacts = fc.record({
    target: fc.record({ region: fc.integer({ min: 0, max: 2 }), market: fc.constantFrom('spot' as const, 'on-demand' as const) }),
    regions: fc.constant(3),
    onDemand: fc.boolean(),
    round: fc.integer({ min: 1, max: 3 }),
    sent: fc.integer({ min: 1, max: 40 }),
    how: fc.constantFrom('thrown' as const, 'answered' as const),
    classes: fc.array(anyClass, { maxLength: 4 }),
    now: fc.integer({ min: 0, max: 400_000 }),
    deadline: fc.constant(300_000),
    random: fc.double({ min: 0, max: 1, noNaN: true }),
  });

  it('never begins anything at or after the deadline, nor asks for what cannot be', () => {
    fc.assert(
      fc.property(anyFacts, (any) => {
        const next = nextTry(any);
        if (next.verdict === 'give-up') return;
        expect(any.now + next.afterMs).toBeLessThan(any.deadline);
        expect(any.classes).not.toContain('permission');
        expect(any.classes).not.toContain('configuration');
      }),
    );
  });

  it('ends: no chain of answers goes on for ever', () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyClass, { maxLength: 3 }), { minLength: 1 }), fc.boolean(), (answers, onDemand) => {
        let [target, round, tries] = [facts.target, 1, 0];
        for (;;) {
          const classes = answers[tries % answers.length].filter((kind) => kind !== 'mismatch' && kind !== 'user-data');
          const next = nextTry({ ...facts, target, round, regions: 3, onDemand, classes });
          if (next.verdict !== 'next') break;
          [target, round] = [next.target, next.round];
          expect(++tries).toBeLessThan(20);
        }
      }),
    );
  });

  it('never leaves spot where the config does not allow it', () => {
    fc.assert(
      fc.property(anyFacts, (any) => {
        const next = nextTry({ ...any, target: { ...any.target, market: 'spot' }, onDemand: false });
        if (next.verdict === 'next') expect(next.target.market).toBe('spot');
      }),
    );
  });
});
