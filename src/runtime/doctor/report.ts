import { blocks, type Check } from '../../core/doctor/finding';
import { PERMISSIONS_FILE } from '../../core/doctor/permission';

const MARKS = { fine: '✓', missing: '✗', unknown: '?' } as const;

/** Names of variables whose values must never be printed, whoever put them into a message. */
const SECRETS = [
  'RUNNER_TOKEN',
  'GITHUB_TOKEN',
  'REGISTRY_PASSWORD',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
];

/** The text without the values of secrets. */
export function withoutSecrets(text: string, env: Readonly<Record<string, string | undefined>>): string {
  return SECRETS.flatMap((name) => env[name] || []).reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
}

/** One line, in GitHub's summary as in a terminal. */
function conclusion(checks: readonly Check[]): string {
  const count = (verdict: Check['verdict']) => checks.filter((one) => one.verdict === verdict).length;
  const figures = `${count('fine')} fine, ${count('missing')} missing, ${count('unknown')} unknown.`;
  return checks.some(blocks) ? `${figures} The pipeline cannot run as it is.` : `${figures} Nothing is in the way.`;
}

/** For a terminal: a line per check, with its mend below. */
export function textReport(checks: readonly Check[]): string {
  const wide = Math.max(...checks.map(({ name }) => name.length));
  const indent = ' '.repeat(4);
  const lines = checks.flatMap(({ verdict, name, found, mend }) => [
    `${MARKS[verdict]} ${name.padEnd(wide)}  ${found}`,
    ...(mend && verdict !== 'fine' ? [`${indent}→ ${mend}`] : []),
  ]);
  // several checks may lack the same one
  const lacking = [...new Set(checks.flatMap(({ statements }) => statements ?? []).map((statement) => JSON.stringify(statement)))];
  const statements = lacking.length > 0 ? ['', `What the role lacks of ${PERMISSIONS_FILE}:`, ...lacking] : [];
  return [...lines, ...statements, '', conclusion(checks)].join('\n');
}

/** For the run's summary. */
export function markdownReport(checks: readonly Check[]): string {
  const cell = (text: string) => text.replace(/[\\|<>]/g, '\\$&').replaceAll('\n', ' ');
  const rows = checks.map(
    ({ verdict, area, name, found, mend }) =>
      `| ${MARKS[verdict]} | ${area} | ${cell(name)} | ${cell(found)} | ${mend && verdict !== 'fine' ? cell(mend) : ''} |`,
  );
  return ['### Doctor', '', '| | area | access | found | mend |', '| --- | --- | --- | --- | --- |', ...rows, '', conclusion(checks)].join(
    '\n',
  );
}
