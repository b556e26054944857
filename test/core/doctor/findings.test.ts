import { describe, expect, it } from 'vitest';
import { blocks, type Observed } from '../../../src/core/doctor/finding';
import { environmentFinding, registrationFinding, scheduleFinding } from '../../../src/core/doctor/github';
import { callerFinding, claimFinding } from '../../../src/core/doctor/identity';
import { ownMachineFinding, rehearsalFinding, spotRoleFinding, unseen } from '../../../src/core/doctor/permission';
import {
  groupsFinding,
  imageFinding,
  quotaFinding,
  routeFinding,
  type Subnet,
  subnetsFinding,
  templateFinding,
  typesFinding,
} from '../../../src/core/doctor/place';
import { type Access, publicFinding, pushFinding } from '../../../src/core/doctor/registry';
import { policyFacts } from '../../../src/synth/docs/aws-policies';
import { imageConfig } from '../../support/config';

const FACTS = policyFacts(imageConfig());
const no = (code: string, message = 'no'): { failed: { code: string; message: string } } => ({ failed: { code, message } });
const seen = <T>(value: T): Observed<T> => ({ seen: value });
const answer = (code: string) => seen({ code, message: `You may not. Encoded authorization failure message: abcdef` });

describe('what blocks', () => {
  it.each([
    ['fine', true, false],
    ['missing', true, true],
    ['missing', false, true],
    ['unknown', true, true],
    ['unknown', false, false],
  ] as const)('%s, essential %s: %s', (verdict, essential, blocking) => {
    expect(blocks({ verdict, essential })).toBe(blocking);
  });
});

describe('the credentials', () => {
  it.each([
    ['arn:aws:sts::123456789012:assumed-role/spot/x', 'fine', ''],
    ['arn:aws-cn:sts::123456789012:assumed-role/spot/x', 'missing', 'partition'],
  ])('%s: %s', (arn, verdict, mend) => {
    const finding = callerFinding(seen({ account: '123456789012', arn }), FACTS);
    expect(finding.verdict).toBe(verdict);
    expect(finding.mend ?? '').toContain(mend);
  });

  it.each([
    ['CredentialsProviderError', 'missing', 'AWS_ROLE_ARN'],
    ['ExpiredTokenException', 'missing', 'again'],
    ['TimeoutError', 'unknown', 'later'],
  ])('%s: %s', (code, verdict, mend) => {
    expect(callerFinding(no(code), FACTS)).toMatchObject({ verdict, mend: expect.stringContaining(mend) });
  });
});

describe('the claim of the job', () => {
  const claim = (sub: string, aud = 'sts.amazonaws.com') => claimFinding(seen({ sub, aud }), { id: 42, ownerId: 7 }, FACTS);

  it.each([
    'repo:dianplus/tomcat:environment:spot-builders',
    'repo:DianPlus/Tomcat:environment:spot-builders',
    'repo:dianplus@7/tomcat@42:environment:spot-builders',
  ])('is trusted as %s', (sub) => {
    expect(claim(sub)).toMatchObject({ verdict: 'fine', found: expect.stringContaining(sub) });
  });

  it.each([
    ['repo:dianplus/tomcat:ref:refs/heads/master', 'the environment spot-builders'],
    ['repo:dianplus/tomcat:environment:production', 'the environment spot-builders'],
    ['repo:dianplus/other:environment:spot-builders', 'correct its source'],
    ['repo:dianplus/tomcat-evil:environment:spot-builders', 'correct its source'],
    ['repo:dianplus@8/tomcat@42:environment:spot-builders', 'repo:dianplus@7/tomcat@42'],
    ['x/repo:dianplus/tomcat:environment:spot-builders', 'correct its source'],
    ['repo:dianplus@x/tomcat@42:environment:spot-builders', 'correct its source'],
  ])('is not trusted as %s', (sub, mend) => {
    expect(claim(sub)).toMatchObject({ verdict: 'missing', found: expect.stringContaining(sub), mend: expect.stringContaining(mend) });
  });

  it('must be for AWS', () => {
    expect(claim('repo:dianplus/tomcat:environment:spot-builders', 'sts.amazonaws.com.cn').mend).toContain('sts.amazonaws.com');
  });

  it('is unknown where there is none, which hinders nobody', () => {
    expect(claimFinding(seen(undefined), undefined, FACTS)).toMatchObject({ verdict: 'unknown', dispensable: true });
  });
});

describe('a permission', () => {
  it('is there if EC2 would have done it', () => {
    expect(rehearsalFinding('ec2:RunInstances', answer('DryRunOperation'), FACTS).verdict).toBe('fine');
  });

  it('is lacking if EC2 denies it: the very statements are told, and no encoded message', () => {
    const finding = rehearsalFinding('ec2:TerminateInstances', answer('UnauthorizedOperation'), FACTS);
    expect(finding).toMatchObject({
      verdict: 'missing',
      found: 'ec2:TerminateInstances is denied: You may not.',
      mend: expect.stringContaining('EndOwnMachines'),
      statements: [{ Sid: 'EndOwnMachines' }],
    });
  });

  it.each(['RequestLimitExceeded', 'TimeoutError', 'InvalidSubnetID.NotFound', 'SomethingNew'])('is unknown if EC2 answers %s', (code) => {
    expect(rehearsalFinding('ec2:RunInstances', answer(code), FACTS)).toMatchObject({
      verdict: 'unknown',
      found: expect.stringContaining(code),
    });
  });

  it('is told apart by the resource that AWS names', () => {
    const message =
      'User: arn:aws:sts::1:x is not authorized to perform: ec2:RunInstances on resource: arn:aws:ec2:us-east-1:1:volume/* because no identity-based policy allows it.';
    const finding = rehearsalFinding('ec2:RunInstances', seen({ code: 'UnauthorizedOperation', message }), FACTS);
    expect(finding.statements).toMatchObject([{ Sid: 'LaunchEncryptedDisks' }]);
  });

  it('is not mended by the role where somebody else denies it', () => {
    const message = 'User: x is not authorized to perform: ec2:RunInstances with an explicit deny in a service control policy.';
    const finding = rehearsalFinding('ec2:RunInstances', seen({ code: 'UnauthorizedOperation', message }), FACTS);
    expect(finding).toMatchObject({ verdict: 'missing', mend: expect.stringContaining("account's owner") });
    expect(finding.statements).toBeUndefined();
  });

  it('cannot be seen before the template is there, which the first launch makes', () => {
    expect(rehearsalFinding('ec2:CreateFleet', answer('InvalidLaunchTemplateName.NotFoundException'), FACTS)).toMatchObject({
      verdict: 'unknown',
      dispensable: true,
    });
  });

  it('is unknown without a machine to try it on', () => {
    expect(ownMachineFinding('ec2:TerminateInstances', undefined, FACTS)).toMatchObject({ verdict: 'unknown', dispensable: true });
  });

  it('to look is lacking if the look is denied', () => {
    expect(unseen({ code: 'AccessDeniedException', message: 'no' }, 'servicequotas:GetServiceQuota', FACTS)).toMatchObject({
      verdict: 'missing',
      statements: [{ Sid: 'ReadQuotas' }],
    });
  });

  it('is one thing, the Spot role another', () => {
    const role = answer('AuthFailure.ServiceLinkedRoleCreationNotPermitted');
    expect(rehearsalFinding('ec2:CreateFleet', role, FACTS).verdict).toBe('fine');
    expect(spotRoleFinding(role)).toMatchObject({ verdict: 'missing', mend: expect.stringContaining('create-service-linked-role') });
    expect(spotRoleFinding(answer('DryRunOperation')).verdict).toBe('fine');
    expect(spotRoleFinding(answer('UnauthorizedOperation'))).toMatchObject({ verdict: 'unknown', dispensable: true });
  });
});

describe('a region', () => {
  const subnet: Subnet = { id: 'subnet-1', zone: 'us-east-1a', vpc: 'vpc-1', free: 9, wayOut: 'igw-1' };
  const R = 'us-east-1';

  it.each([
    [[subnet], [], 'fine', ''],
    [[], [], 'missing', 'create-default-vpc'],
    [[subnet], ['subnet-1', 'subnet-2'], 'missing', 'pipeline.regions'],
    [[{ ...subnet, free: 0 }], [], 'missing', 'addresses'],
    [
      [
        { ...subnet, free: 0 },
        { ...subnet, id: 'subnet-2' },
      ],
      [],
      'fine',
      '',
    ],
  ] as const)('has subnets with room: %j, named %j: %s', (subnets, wanted, verdict, mend) => {
    const finding = subnetsFinding(seen(subnets), wanted, R, FACTS);
    expect(finding.verdict).toBe(verdict);
    expect(finding.mend ?? '').toContain(mend);
  });

  it('has a way out of every subnet', () => {
    expect(routeFinding(seen([subnet]), FACTS).verdict).toBe('fine');
    expect(routeFinding(seen([subnet, { ...subnet, id: 'subnet-2', wayOut: undefined }]), FACTS)).toMatchObject({
      verdict: 'missing',
      found: expect.stringContaining('subnet-2'),
    });
    expect(routeFinding(seen([]), FACTS).verdict).toBe('unknown');
  });

  it.each([
    [[{ id: 'sg-1', vpc: 'vpc-1', ingress: [] }], ['sg-1'], 'fine'],
    [[{ id: 'sg-1', vpc: 'vpc-1', ingress: ['0.0.0.0/0 tcp 22'] }], ['sg-1'], 'missing'],
    [[{ id: 'sg-1', vpc: 'vpc-2', ingress: [] }], ['sg-1'], 'missing'],
    [[], ['sg-1'], 'missing'],
  ] as const)('has groups that let nobody in: %j: %s', (groups, wanted, verdict) => {
    expect(groupsFinding(seen(groups), wanted, ['vpc-1'], R, FACTS).verdict).toBe(verdict);
  });

  it('may lack types, but not all of them', () => {
    const offers = [{ type: 'c6g.large', zone: 'cn-north-1a' }];
    expect(typesFinding(seen(offers), ['c6g.large', 'c8g.large'], ['cn-north-1a'], FACTS)).toMatchObject({
      verdict: 'fine',
      found: expect.stringContaining('not offered here: c8g.large'),
    });
    expect(typesFinding(seen(offers), ['c6g.large'], ['cn-north-1b'], FACTS).verdict).toBe('missing');
    expect(typesFinding(seen(offers), ['c8g.large'], ['cn-north-1a'], FACTS).verdict).toBe('missing');
  });

  it.each([
    [5, 4, 'fine'],
    [5, 5, 'fine'],
    [5, 8, 'missing'],
  ] as const)('has a quota of %i vCPUs for %i: %s', (has, needed, verdict) => {
    const finding = quotaFinding(seen(has), needed, 'spot', R, 'L-34B43A08', FACTS);
    expect(finding.verdict).toBe(verdict);
    if (verdict === 'missing')
      expect(finding.mend).toBe(
        `aws service-quotas request-service-quota-increase --region ${R} --service-code ec2 --quota-code L-34B43A08 --desired-value ${needed}`,
      );
  });

  it('has the image', () => {
    expect(imageFinding(seen('ami-0123'), '/p', FACTS).verdict).toBe('fine');
    expect(imageFinding(seen(''), '/p', FACTS).verdict).toBe('unknown');
    expect(imageFinding(no('ParameterNotFound'), '/p', FACTS).verdict).toBe('missing');
    expect(imageFinding(no('AccessDeniedException'), '/p', FACTS)).toMatchObject({
      verdict: 'missing',
      statements: [{ Sid: 'ReadTheMachineImagesId' }],
    });
  });

  it('need not have the template yet', () => {
    expect(templateFinding(seen(true), 't', FACTS).verdict).toBe('fine');
    expect(templateFinding(seen(false), 't', FACTS)).toMatchObject({
      verdict: 'unknown',
      dispensable: true,
      mend: expect.stringContaining('setup'),
    });
  });
});

describe('GitHub', () => {
  it.each([
    [seen(3), seen(true), true, 'fine'],
    [seen(3), seen(false), true, 'missing'],
    [no('403'), no('403'), true, 'missing'],
    [no('404'), seen(true), true, 'missing'],
    [no('no answer'), seen(true), true, 'unknown'],
    [no('502'), no('502'), true, 'unknown'],
    [seen(3), no('502'), true, 'unknown'],
    [no('401'), no('401'), false, 'missing'],
  ] as const)('registers runners: list %j, removal %j, token %s: %s', (list, removal, hasToken, verdict) => {
    expect(registrationFinding(list, removal, hasToken).verdict).toBe(verdict);
  });

  const open = { reviewers: false, waitMinutes: 0, limited: true };
  it.each([
    [seen(open), 'fine'],
    [seen({ ...open, reviewers: true }), 'missing'],
    [seen({ ...open, waitMinutes: 5 }), 'missing'],
    [seen({ ...open, limited: false }), 'missing'],
    [seen(undefined), 'missing'],
    [no('403'), 'unknown'],
  ] as const)('has the Environment: %j: %s', (observed, verdict) => {
    const finding = environmentFinding(observed, 'spot-builders');
    expect(finding.verdict).toBe(verdict);
    if (verdict === 'missing') expect(finding.mend).toContain('Settings → Environments');
  });

  it.each([
    [seen('active'), 'fine', ''],
    [seen('disabled_inactivity'), 'missing', 'gh workflow enable reap-runners.yml'],
    [seen('disabled_manually'), 'missing', 'gh workflow enable reap-runners.yml'],
    [seen(undefined), 'missing', 'npx projen'],
    [no('403'), 'unknown', 'actions: read'],
  ] as const)('runs the reaper: %j: %s', (observed, verdict, mend) => {
    const finding = scheduleFinding(observed, 'reap-runners.yml');
    expect(finding.verdict).toBe(verdict);
    expect(finding.mend ?? '').toContain(mend);
  });
});

describe('the registry', () => {
  it.each([
    [seen('granted'), 'fine'],
    [seen('denied'), 'missing'],
    [seen({ unclear: 'HTTP 500' }), 'unknown'],
    [no('TypeError'), 'unknown'],
    [undefined, 'unknown'],
  ] as const)('takes a push: %j: %s', (observed, verdict) => {
    expect(pushFinding(observed as Observed<Access> | undefined, 'ghcr.io').verdict).toBe(verdict);
  });

  it.each([
    ['granted', undefined, undefined, 'fine'],
    ['denied', 'granted', false, 'missing'],
    ['denied', 'granted', true, 'fine'],
    ['denied', 'granted', undefined, 'unknown'],
    ['denied', 'denied', false, 'unknown'],
    ['denied', undefined, false, 'unknown'],
  ] as const)('shows an image to everybody: nobody %s, own %s, private %s: %s', (nobody, own, isPrivate, verdict) => {
    const finding = publicFinding(seen(nobody), own && seen(own), 'ghcr.io/dianplus/tomcat-cache', isPrivate);
    expect(finding.verdict).toBe(verdict);
    if (verdict === 'missing') expect(finding.mend).toBe('the package tomcat-cache → Package settings → Change visibility → Public');
  });
});
