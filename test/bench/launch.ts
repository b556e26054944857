/**
 * How long the script takes to start, and a launch to its fleet request, on an emulator
 * of EC2 and a stand-in for GitHub: what remains is the script's own.
 */
import { spawn } from 'node:child_process';
import { startMoto, temporaryFolder } from '../engines';
import { startAwsProxy } from '../models/aws-proxy';
import { API_TOKEN, startGitHubApi } from '../models/github-api';
import { writeScript } from '../models/script';
import { imageConfig } from '../support/config';
import { type Figure, median } from './measure';

const RUNS = 9;

/** Script start, launch to the fleet request, and the calls of EC2 that a launch makes. */
export async function benchLaunch(): Promise<Figure[]> {
  const moto = await startMoto();
  const [aws, github] = await Promise.all([startAwsProxy(moto.url), startGitHubApi()]);
  const script = writeScript(temporaryFolder('bench'), imageConfig());
  let runId = 1;

  /** Runs the script; gives the seconds from its start to its end. */
  const run = async (...args: string[]): Promise<number> => {
    const began = process.hrtime.bigint();
    const child = spawn(process.execPath, [script, ...args], {
      env: {
        PATH: process.env.PATH,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_ENDPOINT_URL: aws.url,
        GITHUB_API_URL: github.url,
        GITHUB_REPOSITORY: 'dianplus/tomcat',
        GITHUB_RUN_ID: String(runId++),
        GITHUB_RUN_ATTEMPT: '1',
        RUNNER_TOKEN: API_TOKEN,
      },
      stdio: 'ignore',
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    if (code !== 0) throw new Error(`spot-image ${args.join(' ')} ended with ${code}`);
    return Number(process.hrtime.bigint() - began) / 1e9;
  };

  try {
    const starts: number[] = [];
    for (let i = 0; i < RUNS; i++) starts.push(await run('--help'));
    const requests: number[] = [];
    const calls: number[] = [];
    for (let i = 0; i < RUNS; i++) {
      await moto.reset();
      aws.calls.splice(0);
      const began = Date.now();
      await run('launch', '--arch', 'amd64');
      requests.push(((aws.calls.find(({ action }) => action === 'CreateFleet')?.at ?? Number.NaN) - began) / 1000);
      calls.push(aws.calls.length);
    }
    return [
      { name: 'script start, seconds', value: median(starts), limit: 0.2 },
      { name: 'launch to the fleet request, seconds', value: median(requests), limit: 1 },
      { name: 'calls of EC2 of a launch that makes its template too', value: Math.max(...calls), limit: 6 },
    ];
  } finally {
    await Promise.all([aws.stop(), github.stop()]);
    await moto.stop();
  }
}
