import { describe, expect, it } from 'vitest';
import { templateData, templateName } from '../../../src/runtime/runner/template';

const data = templateData({ image: 'ami', securityGroups: [], userData: 'text' });

describe('the launch template', () => {
  it('makes a power-off a termination', () => {
    expect(data.InstanceInitiatedShutdownBehavior).toBe('terminate');
  });

  it('keeps the metadata service from containers and from those who cannot get a token', () => {
    expect(data.MetadataOptions).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: 1 });
  });

  it('encrypts the volume and lets nothing outlive the instance', () => {
    for (const { Ebs } of data.BlockDeviceMappings ?? [])
      expect(Ebs).toMatchObject({ Encrypted: true, DeleteOnTermination: true, VolumeType: 'gp3' });
    for (const network of data.NetworkInterfaces ?? []) expect(network.DeleteOnTermination).toBe(true);
  });

  it('gives the machine no role and no key', () => {
    expect(Object.keys(data)).not.toContain('IamInstanceProfile');
    expect(Object.keys(data)).not.toContain('KeyName');
  });

  it('has a name that EC2 takes, the same for the same content and another for another', () => {
    const other = templateData({ image: 'ami', securityGroups: ['sg-0123456789abcdef0'], userData: 'text' });
    expect(templateName(data)).toMatch(/^[a-zA-Z0-9().\-/_]{3,128}$/);
    expect(templateName(templateData({ image: 'ami', securityGroups: [], userData: 'text' }))).toBe(templateName(data));
    expect(templateName(other)).not.toBe(templateName(data));
    expect(templateName(templateData({ image: 'ami', securityGroups: [], userData: 'other' }))).not.toBe(templateName(data));
  });
});
