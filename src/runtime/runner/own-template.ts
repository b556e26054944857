/**
 * Where a region does not take user-data in a fleet request, one machine's user-data
 * travels in a launch template of its own. It holds the runner's one-time secret, so it
 * is there for the request only, and has the machine's tags, by which a reaper finds one
 * that was left.
 */
import type { LaunchTemplateData } from '../edges/ec2';
import { messageOf } from '../failure';
import { abortable } from './abortable';
import type { Scene } from './scene';
import { LONGEST_CALL_MS, lateEc2, timely } from './timely';
import type { TemplateTrace } from './undo';

/** What the template is made of. */
export interface OwnTemplate {
  readonly ec2: TemplateTrace['ec2'];
  readonly name: string;
  /** What all machines have in common. */
  readonly data: LaunchTemplateData;
  readonly userData: string;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Makes the template, lets `work` use it, and removes it, also if `work` fails. If the
 * launch is told to end meanwhile, its undo removes it.
 *
 * @throws CloudError if EC2 does not make it, and whatever `work` throws
 */
export async function withOwnTemplate<T>(
  { ec2, name, data, userData, tags }: OwnTemplate,
  scene: Scene,
  work: () => Promise<T>,
): Promise<T> {
  const { clock, signal, report, traces } = scene;
  const made = ec2.createTemplate(name, { ...data, UserData: Buffer.from(userData).toString('base64') }, tags);
  const trace: TemplateTrace = { ec2, name, made };
  traces.templates.push(trace);
  await abortable(
    timely(made, LONGEST_CALL_MS.ec2, clock, () => lateEc2(ec2.region, 'CreateLaunchTemplate')),
    signal,
  );
  try {
    return await work();
  } finally {
    if (!signal.aborted) {
      try {
        const gone = timely(ec2.deleteTemplate(name), LONGEST_CALL_MS.look, clock, () => lateEc2(ec2.region, 'DeleteLaunchTemplate'));
        await abortable(gone, signal);
        traces.templates.splice(traces.templates.indexOf(trace), 1);
      } catch (error) {
        if (!signal.aborted) report.warn(`The launch template ${name} could not be removed: ${messageOf(error)} The reaper does it.`);
      }
    }
  }
}
