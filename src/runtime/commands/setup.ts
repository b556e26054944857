import type { Command } from '../command';
import { regionTemplate } from '../runner/region-template';

/** `setup`: what is made once. */
export const setupCommand: Command = {
  name: 'setup',
  summary: 'Makes the launch templates, once per region and kind of machine.',
  help: `[--dry-run] [--json]

  --dry-run     Only say what would be made.

A launch template is named by its content: what is there already is left as it is, and no
launch has to make one. The first launch makes what is missing, too.

Environment: AWS credentials; AWS_ENDPOINT_URL for another endpoint.

Outputs: made (number of templates).
`,
  options: { 'dry-run': { type: 'boolean' } },
  async run(values, context) {
    const { regions, architectures, timeToLive } = context.config();
    const dryRun = values['dry-run'] === true;
    const machines = architectures.flatMap(({ spot }) => spot ?? []);
    const wanted = regions.flatMap((region) => {
      const templates = machines.map((machine) => regionTemplate(region, machine, timeToLive));
      // several architectures may share a kind of machine
      return [...new Map(templates.map((template) => [template.name, template])).values()].map((template) => ({
        ...template,
        region: region.name,
      }));
    });
    const templates: { readonly region: string; readonly name: string; readonly state: 'there' | 'made' | 'to be made' }[] = [];
    for (const { region, name, data } of wanted) {
      const ec2 = await context.ec2(region);
      const there = await ec2.hasTemplate(name);
      if (!there && !dryRun) await ec2.createTemplate(name, data);
      templates.push({ region, name, state: there ? 'there' : dryRun ? 'to be made' : 'made' });
    }
    const made = templates.filter(({ state }) => state === 'made').length;
    const lines = templates.map(({ region, name, state }) => `${region}  ${name}  ${state}`);
    const role = 'Once per account, by an administrator: aws iam create-service-linked-role --aws-service-name spot.amazonaws.com';
    return {
      json: { dryRun, templates },
      text: templates.length > 0 ? [...lines, '', role].join('\n') : 'Nothing is built on EC2, so there is nothing to set up.',
      outputs: { made: String(made) },
    };
  },
};
