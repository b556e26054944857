import { findings } from '../../core/merge/whole';
import type { Command, Result } from '../command';
import { UsageError } from '../failure';
import { cosign } from '../registry/cosign';
import { imageTools } from '../registry/imagetools';
import { tagFacts } from '../registry/verify';

/** `verify`: whether a public tag is whole. */
export const verifyCommand: Command = {
  name: 'verify',
  summary: 'Tells whether a public tag is whole, in every registry.',
  help: `--tag TAG [--json]

  --tag TAG   The public tag, such as latest or v1.0.0.

Looks for every platform, its config and its provenance, for labels that differ, for
missing annotations, and for registries that hold something else. Exit code 1 with
every finding. Layers are not fetched.

Where the config asks for signatures, "cosign" must find one of this repository's
workflows.

It needs "docker buildx", and no log-in where the image is public. In a workflow of
your own it can run on a schedule: node .github/scripts/spot-image.mjs verify --tag latest

Environment: BUILDX is the buildx program, for machines without docker.
`,
  options: { tag: { type: 'string' } },
  async run(values, context): Promise<Result> {
    const { image, architectures, signature } = context.config();
    if (typeof values.tag !== 'string' || values.tag === '') throw new UsageError('--tag is missing: the public tag, such as latest.');
    const { tag } = values;
    const tools = imageTools(context.shell, context.env.BUILDX || undefined);
    const signer = signature && cosign(context.shell, signature);
    const facts = await Promise.all([image.reference, ...image.additional].map((reference) => tagFacts(reference, tag, tools, signer)));
    const found = findings(facts, architectures);
    const digest = facts[0].content?.digest;
    return {
      json: { tag, whole: found.length === 0, digest, findings: found },
      text: found.length > 0 ? found.join('\n') : `${facts.map(({ name }) => name).join(', ')}: whole, ${digest}`,
      outputs: {},
      ...(found.length > 0 ? { failure: found.join('\n') } : {}),
    };
  },
};
