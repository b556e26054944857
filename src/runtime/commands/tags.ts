import { type GitTagFact, publication, type RefFacts, tagRules } from '../../core/tags';
import { gitTagInQuestion } from '../../core/tags/base-tag';
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

/** Where the git tag points on which the answer depends; nobody is asked where it depends on none. */
async function gitTagFact({ env, github }: Context, facts: RefFacts): Promise<GitTagFact | undefined> {
  const name = gitTagInQuestion(facts);
  if (name === undefined || !facts.sha) return undefined;
  // the run's own ref is proof enough, but for a tag that has moved since: worth a question where a workflow may ask
  if (facts.ref === `refs/tags/${name}` && !env.GITHUB_TOKEN) return undefined;
  try {
    const commit = await (await github(env.GITHUB_TOKEN || undefined)).tagCommit(name);
    return commit === undefined ? { state: 'absent' } : { state: 'present', commit };
  } catch (error) {
    return { state: 'unknown', why: error instanceof Error ? error.message : String(error) };
  }
}

/** `tags`: which tags a ref or an input gives. */
export const tags: Command = {
  name: 'tags',
  summary: 'Tells the tags that a git ref or an input gives.',
  help: `[--ref REF] [--input TAG] [--json]

  --ref REF     Full git ref, such as refs/tags/v1.0.0. Default: $GITHUB_REF.
  --input TAG   The base tag that a person typed; it wins over the ref.
                Default: $INPUT_TAG; empty means none.

Outputs: tag, aliases (words with spaces between), revision, source-date-epoch,
created (the commit's own time).
GitHub is asked, with $GITHUB_TOKEN if it is set, for the commit's time where there
is no git, for the commit of a git tag where a version was typed, and, with a token,
where the run is for a git tag, which may have moved since.

Environment: GITHUB_SHA is the commit that is built, GITHUB_EVENT_NAME why.
`,
  options: { ref: { type: 'string' }, input: { type: 'string' } },
  async run(values, context) {
    const config = context.config();
    const { env } = context;
    const facts: RefFacts = {
      ref: (values.ref as string | undefined) ?? env.GITHUB_REF ?? '',
      event: env.GITHUB_EVENT_NAME,
      input: (values.input as string | undefined) ?? env.INPUT_TAG,
      sha: env.GITHUB_SHA,
    };
    const known = { ...facts, gitTag: await gitTagFact(context, facts) };
    const rules = tagRules(config, config.architectures);
    // before the commit's time is asked for: what is refused needs none
    const claim = publication(rules, config.image, known);
    if (!claim.ok) throw new Refusal(claim.reason);
    const outputs = await commitOutputs(context);
    const verdict = publication(rules, config.image, { ...known, created: outputs.created });
    if (!verdict.ok) throw new Refusal(verdict.reason);
    const { tag, archTags, aliases, labels, annotations } = verdict;
    return {
      json: { tag, archTags, aliases, labels, annotations },
      text: [tag, ...Object.values(archTags), ...aliases].join('\n'),
      outputs: { tag, aliases: aliases.join(' '), ...outputs },
    };
  },
};
