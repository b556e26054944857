/** Whether the role may do what the pipeline does. */
import { permissionPolicy, statementsFor } from '../policies/permissions';
import { schedulerRoleName } from '../policies/scheduler';
import type { PolicyFacts, Statement } from '../policies/statement';
import { classifyError, mendOf } from '../runner/cloud-error';
import { type Failed, type Finding, fine, missing, type Observed, unknown } from './finding';

/** The file that the statements stand in. */
export const PERMISSIONS_FILE = '.github/aws/role-permissions.json';

/** EC2's answer to a dry run of what it would have done. */
const ALLOWED = 'DryRunOperation';
const SPOT_ROLE = 'AuthFailure.ServiceLinkedRoleCreationNotPermitted';

/** The sentence without the encoded part, which is long and for machines. */
function shortened(message: string): string {
  return message.split(/\s*Encoded authorization failure message/)[0].trim();
}

/**
 * Of the statements that allow an action, those for the kind of resource that AWS's message
 * names; all of them where it names none.
 */
function lacking(action: string, message: string, facts: PolicyFacts): Statement[] {
  const statements = statementsFor(permissionPolicy(facts), action);
  const kind = /on resource: arn:[^:\s]*:ec2:[^:\s]*:[^:\s]*:([a-z-]+)\//.exec(message)?.[1];
  const named = statements.filter(({ Resource }) => Resource.some((arn) => arn.split(':')[5]?.startsWith(`${kind}/`)));
  return named.length > 0 ? named : statements;
}

/** An action is denied: the statements of the generated policy that allow it, and where they stand. */
export function denied(action: string, message: string, facts: PolicyFacts): Finding {
  if (/explicit deny/i.test(message))
    return missing(
      `${action} is denied: ${shortened(message)}`,
      "no policy of the role can allow it: ask the account's owner for an exception in what denies it",
    );
  const statements = lacking(action, message, facts);
  const sids = statements.map(({ Sid }) => Sid).join(', ');
  return {
    ...missing(
      `${action} is denied: ${shortened(message)}`,
      `put ${PERMISSIONS_FILE} on the role again (aws iam put-role-policy, see the set-up guide); what it lacks is ${sids}`,
    ),
    statements,
  };
}

/** Is this code a denial of the asked action? */
export function isDenial({ code }: Failed): boolean {
  return /^(?:UnauthorizedOperation|AccessDenied(?:Exception)?|AuthFailure)$/.test(code);
}

/** A look that failed: denied, or no clear answer. */
export function unseen(failed: Failed, action: string, facts: PolicyFacts): Finding {
  if (isDenial(failed)) return denied(action, failed.message, facts);
  return unknown(`${failed.code}: ${shortened(failed.message)}`, mendOf(failed.code));
}

/** What a dry run tells of an action of EC2. */
export function rehearsalFinding(action: string, observed: Observed<Failed>, facts: PolicyFacts): Finding {
  const answer = 'seen' in observed ? observed.seen : observed.failed;
  if (answer.code === ALLOWED) return fine(`${action} is allowed`);
  if (answer.code.startsWith('InvalidLaunchTemplate'))
    return {
      ...unknown('EC2 looks for the launch template first, which is not there yet', 'spot-image setup, then doctor again'),
      dispensable: true,
    };
  if (answer.code === SPOT_ROLE) return fine(`${action} is allowed, once the Spot role is there`);
  return unseen(answer, action, facts);
}

/**
 * An action on a machine that bears this repository's tag. EC2 denies it alike where
 * there is no such machine, so without one there is no telling.
 *
 * @param observed undefined where there is no machine to try it on
 */
export function ownMachineFinding(action: string, observed: Observed<Failed> | undefined, facts: PolicyFacts): Finding {
  if (observed) return rehearsalFinding(action, observed, facts);
  return {
    ...unknown('no machine of this repository is there to try it on', 'run doctor again while a build runs, or within an hour after one'),
    dispensable: true,
  };
}

/**
 * The role that ends machines from outside. Whether it may do so is only seen when a
 * schedule takes it; that it is set, and is a role, is seen here.
 *
 * @param arn value of SCHEDULER_ROLE_ARN
 */
export function schedulerRoleFinding(arn: string | undefined, { partition, repository }: PolicyFacts): Finding {
  const mend = `step 3 of the set-up guide makes the role ${schedulerRoleName(repository)}; set its ARN as the variable AWS_SCHEDULER_ROLE_ARN of the Environment, or switch pipeline.endBySchedule off`;
  if (!arn) return missing('SCHEDULER_ROLE_ARN is not set: no schedule ends a machine from outside', mend);
  if (!new RegExp(`^arn:${partition}:iam::[0-9]{12}:role/.`).test(arn))
    return missing(`SCHEDULER_ROLE_ARN is "${arn}", which is no role of the partition ${partition}`, mend);
  return fine(arn);
}

/** The role that EC2 itself needs before it gives anybody a Spot machine. */
export function spotRoleFinding(observed: Observed<Failed>): Finding {
  const { code } = 'seen' in observed ? observed.seen : observed.failed;
  if (code === ALLOWED) return fine('EC2 does not ask for AWSServiceRoleForEC2Spot');
  if (code === SPOT_ROLE)
    return missing('AWSServiceRoleForEC2Spot does not exist', 'aws iam create-service-linked-role --aws-service-name spot.amazonaws.com');
  const why = classifyError(code) === 'permission' ? 'EC2 refuses the request before it looks' : `EC2 answered ${code}`;
  return { ...unknown(why, 'aws iam get-role --role-name AWSServiceRoleForEC2Spot'), dispensable: true };
}
