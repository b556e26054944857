/** What no workflow of a project may contain, whoever wrote it. Pure: from the YAML to faults. */
import { parse } from 'yaml';

/** A workflow file, as far as the guard looks into it. */
interface ParsedWorkflow {
  readonly jobs?: Readonly<Record<string, ParsedJob>>;
}

interface ParsedJob {
  readonly uses?: string;
  readonly permissions?: unknown;
  readonly 'timeout-minutes'?: unknown;
  readonly steps?: readonly ParsedStep[];
}

interface ParsedStep {
  readonly name?: string;
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly parallel?: readonly ParsedStep[];
}

/**
 * Every unsafe spot of a workflow, each as a line for people that names job and
 * step and says how to mend it; empty if there is none.
 *
 * @param yaml the file's text
 */
export function findUnsafe(yaml: string): string[] {
  const workflow = (parse(yaml) ?? {}) as ParsedWorkflow;
  return Object.entries(workflow.jobs ?? {}).flatMap(([id, job]) => {
    const at = `job "${id}"`;
    const steps = (job.steps ?? []).flatMap((step) => [step, ...(step.parallel ?? [])]);
    return [...checkJob(at, job), ...steps.flatMap((step, i) => checkStep(`${at}, step ${describeStep(step, i)}`, step))];
  });
}

function describeStep(step: ParsedStep, index: number): string {
  return `"${step.name ?? step.id ?? `number ${index + 1}`}"`;
}

function checkJob(at: string, job: ParsedJob): string[] {
  const faults: string[] = [];
  if (typeof job.permissions !== 'object' || job.permissions === null) {
    faults.push(
      `${at} does not list the permissions of its token, so it has more than it needs. ` +
        'Give it `permissions` with what it needs, or {} for nothing.',
    );
  }
  if (job.uses !== undefined) return [...faults, ...checkUses(at, job.uses)];
  if (job['timeout-minutes'] === undefined) {
    faults.push(`${at} has no time-out: when it hangs, it hangs and costs for 6 hours. Give it \`timeoutMinutes\`.`);
  }
  return faults;
}

function checkStep(at: string, step: ParsedStep): string[] {
  const faults = step.uses === undefined ? [] : checkUses(at, step.uses);
  const script = step.with?.script;
  const code = step.run ?? (typeof script === 'string' ? script : undefined);
  if (code?.includes('${{')) {
    faults.push(
      `${at} pastes \${{ … }} into code that is run: whoever controls its value can run commands. ` +
        `Pass it as an environment variable: env: { NAME: '\${{ … }}' }, and write "$NAME".`,
    );
  }
  if (step.run !== undefined && !isOneCommand(step.run)) {
    faults.push(`${at} runs more than one command. Make it several steps, or put the logic into a script that has tests.`);
  }
  return faults;
}

/** An action at a commit, a container at a digest, or a file of this very repository. */
function checkUses(at: string, uses: string): string[] {
  if (uses.startsWith('./') || /^docker:\/\/[^@]+@sha256:[0-9a-f]{64}$/.test(uses) || /^[^@]+@[0-9a-f]{40}$/.test(uses)) return [];
  return [
    `${at} uses "${uses}", which somebody else can replace by other code. Pin it: owner/action@<the commit's 40 hexadecimal digits>.`,
  ];
}

/** One simple command: a shell would find no second one in it. What is quoted does not count, but double quotes still substitute. */
function isOneCommand(run: string): boolean {
  const unquoted = run
    .trim()
    .replace(/'[^']*'/g, '')
    .replace(/\\./g, '');
  if (/\n|`|\$\(/.test(unquoted)) return false;
  return !/[;&|]/.test(unquoted.replace(/"[^"]*"/g, ''));
}
