/** The emulator behind the real SDK meets what the model meets: neither of them is made up. */
import { DescribeInstanceAttributeCommand, EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe } from 'vitest';
import { sdkEc2 } from '../../../src/runtime/edges/ec2-sdk';
import { expectEc2 } from '../../models/ec2-contract';
import { type Moto, startMoto } from '../index';

const REGION = 'us-east-1';
const ENVIRONMENT = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_ENDPOINT_URL'] as const;

let moto: Moto;

beforeAll(async () => {
  moto = await startMoto();
  for (const name of ENVIRONMENT) process.env[name] = name === 'AWS_ENDPOINT_URL' ? moto.url : 'test';
});

afterAll(async () => {
  for (const name of ENVIRONMENT) delete process.env[name];
  await moto?.stop();
});

describe('moto', () => {
  expectEc2(async () => {
    await moto.reset();
    const client = new EC2Client({ region: REGION });
    return {
      ec2: sdkEc2(REGION),
      missingSubnet: 'subnet-0123456789abcdef0',
      now: Date.now,
      userDataOf: async (InstanceId) => {
        const { UserData } = await client.send(new DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'userData' }));
        return Buffer.from(UserData?.Value ?? '', 'base64').toString();
      },
    };
  });
});
