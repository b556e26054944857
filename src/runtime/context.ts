import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RUNTIME_CONFIG_FROM_SCRIPT, type RuntimeConfig } from '../core/runtime-config';
import type { Context } from './command';
import { actionsReport } from './edges/actions';
import { systemClock } from './edges/clock';
import { restSettings } from './edges/github-settings';
import { oidcClaims } from './edges/oidc';
import { httpRegistry } from './edges/registry-access';
import { systemShell } from './edges/shell';
import { Refusal } from './failure';
import { repositoryOf } from './run';

/** Reads the config beside the script. */
function readConfig(file: string): RuntimeConfig {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RuntimeConfig;
  } catch (error) {
    throw new Refusal(`Cannot read ${file}: ${(error as Error).message}. It is generated: run "npx projen" and commit it.`);
  }
}

/**
 * The real world. The SDKs are loaded only when a command asks for them: most of a
 * short command's time would go into them.
 *
 * @param scriptUrl address of the script, from which its config is found
 */
export function realContext(scriptUrl: string): Context {
  const { env } = process;
  const asked = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    // once: GitHub sends the other one later, which must not cut off the clean-up
    process.on(name, () => asked.abort(new Refusal(`Ended by ${name}.`)));
  }
  const config = () => readConfig(fileURLToPath(new URL(RUNTIME_CONFIG_FROM_SCRIPT, scriptUrl)));
  return {
    env,
    config,
    readFile: (path) => readFileSync(path, 'utf8'),
    clock: systemClock,
    shell: systemShell,
    report: actionsReport(env, (text) => process.stderr.write(text)),
    ec2: async (region) => (await import('./edges/ec2-sdk')).sdkEc2(region),
    scheduler: async (region) => (await import('./edges/scheduler-sdk')).sdkScheduler(region),
    account: async (region) => (await import('./edges/account-sdk')).sdkAccount(region),
    probes: {
      settings: (token, repository) => restSettings({ url: env.GITHUB_API_URL || 'https://api.github.com', token, repository }),
      claims: (audience) => oidcClaims(env, audience),
      registry: httpRegistry,
    },
    github: async (token) =>
      (await import('./edges/github-octokit')).octokitGitHub({
        url: env.GITHUB_API_URL || 'https://api.github.com',
        token,
        repository: repositoryOf(env),
        runnerGroup: config().runnerGroup,
      }),
    signal: asked.signal,
  };
}
