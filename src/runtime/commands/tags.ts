import { resolveTags } from '../../core/tags';
import type { Command, Context } from '../command';
import { Refusal } from '../failure';

/** When the commit was made, in seconds: from git, or from GitHub where there is no git (the Spot guest has none). */
async function commitTime({ env, shell, github, report }: Context, sha: string): Promise<number> {
  const git = await shell.run('git', ['log', '-1', '--format=%ct', sha]).catch(() => undefined);
  if (git?.code === 0 && /^[0-9]+$/.test(git.stdout.trim())) return Number(git.stdout);
  report.log(`git does not know ${sha}; asking GitHub.`);
  const answered = await (await github(env.GITHUB_TOKEN || undefined)).commitTime(sha);
  if (!Number.isInteger(answered)) throw new Refusal(`GitHub knows no time of commit ${sha}.`);
  return answered;
}

/** Facts of the commit that the build stamps into the image. They need a run; outside of Actions there are none. */
async function commitOutputs(context: Context): Promise<Record<string, string>> {
  const { env } = context;
  if (!env.GITHUB_OUTPUT || !env.GITHUB_SHA) return {};
  const seconds = await commitTime(context, env.GITHUB_SHA);
  return {
    revision: env.GITHUB_SHA,
    'source-date-epoch': String(seconds),
    created: new Date(seconds * 1000).toISOString().replace('.000Z', 'Z'),
  };
}

/** `tags`: which tags a ref or an input gives. */
export const tags: Command = {
  name: 'tags',
  summary: 'Tells the tags that a git ref or an input gives.',
  help: `[--ref REF] [--input TAG] [--json]

  --ref REF     Full git ref, such as refs/tags/v1.0.0. Default: $GITHUB_REF.
  --input TAG   The base tag that a person typed; it wins over the ref.
                Default: $INPUT_TAG; empty means none.

Outputs: tag, revision, source-date-epoch, created (the commit's own time).
Where there is no git, the commit's time is asked from GitHub, with $GITHUB_TOKEN
if it is set.
`,
  options: { ref: { type: 'string' }, input: { type: 'string' } },
  async run(values, context) {
    const config = context.config();
    const ref = (values.ref as string | undefined) ?? context.env.GITHUB_REF ?? '';
    const input = (values.input as string | undefined) ?? context.env.INPUT_TAG;
    const verdict = resolveTags(
      { branchTags: config.branchTags, architectures: config.architectures.map(({ name }) => name) },
      { ref, input },
    );
    if (!verdict.ok) throw new Refusal(verdict.reason);
    const { tag, archTags, aliases } = verdict;
    return {
      json: { tag, archTags, aliases },
      text: [tag, ...Object.values(archTags), ...aliases].join('\n'),
      outputs: { tag, ...(await commitOutputs(context)) },
    };
  },
};
