import type { RuntimeMachine, RuntimeRegion } from '../../core/runtime-config';
import type { TimeToLive } from '../../core/time-to-live';
import type { LaunchTemplateData } from '../edges/ec2';
import { machineImage, templateData, templateName } from './template';
import { renderFallbackUserData } from './user-data';

/** The launch template of a region for machines of one kind, with the name that its content gives it. */
export function regionTemplate(
  { securityGroups }: Pick<RuntimeRegion, 'securityGroups'>,
  machine: RuntimeMachine,
  timeToLive: TimeToLive,
): { readonly name: string; readonly data: LaunchTemplateData } {
  const data = templateData({ image: machineImage(machine), securityGroups, userData: renderFallbackUserData(timeToLive) });
  return { name: templateName(data), data };
}
