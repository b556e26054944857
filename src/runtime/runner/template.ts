import { createHash } from 'node:crypto';
import type { Ec2Cpu } from '../../core/config';
import { TEMPLATE_PREFIX } from '../../core/identity';
import type { LaunchTemplateData } from '../edges/ec2';

/** Root device of Amazon Linux's images. */
const ROOT_DEVICE = '/dev/xvda';
/** Enough for BuildKit's layers of one build. */
export const VOLUME_GIB = 30;

/**
 * Plain Amazon Linux 2023, resolved by EC2 itself at launch from AWS's public
 * parameter: it has systemd and cloud-init, and no unit that waits for their end.
 */
export function amazonLinux(cpu: Ec2Cpu): string {
  return `resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${cpu}`;
}

/** The image of a machine: the config's own, or Amazon Linux. */
export function machineImage({ ami, cpu }: { readonly ami?: string; readonly cpu: Ec2Cpu }): string {
  return ami ?? amazonLinux(cpu);
}

/** What every machine has in common. It contains nothing of a run, so that one template serves all of a CPU kind. */
export interface TemplateFacts {
  /** EC2 may check a template by itself, and an image is what every machine needs. */
  readonly image: string;
  /** Empty stands for the VPC's default group. */
  readonly securityGroups: readonly string[];
  /** User-data for a machine that did not get its own. */
  readonly userData: string;
}

/**
 * The content of the launch template: all that a fleet request itself cannot say.
 *
 * Its own user-data is the answer to a region that ignores the one in the fleet
 * request: a machine that would otherwise live without a timer ends itself.
 */
export function templateData({ image, securityGroups, userData }: TemplateFacts): LaunchTemplateData {
  return {
    ImageId: image,
    // power-off means termination: the guest needs no credentials to end itself
    InstanceInitiatedShutdownBehavior: 'terminate',
    MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
    BlockDeviceMappings: [
      {
        DeviceName: ROOT_DEVICE,
        Ebs: { VolumeType: 'gp3', VolumeSize: VOLUME_GIB, Encrypted: true, DeleteOnTermination: true },
      },
    ],
    NetworkInterfaces: [
      {
        DeviceIndex: 0,
        AssociatePublicIpAddress: true,
        DeleteOnTermination: true,
        ...(securityGroups.length > 0 ? { Groups: [...securityGroups] } : {}),
      },
    ],
    UserData: Buffer.from(userData).toString('base64'),
  };
}

/** Names a template by its content: another content is another template, and none is ever changed. */
export function templateName(data: LaunchTemplateData): string {
  return `${TEMPLATE_PREFIX}${createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 32)}`;
}
