/** The documents of a project: from the config to files. */

import type { ImageConfig } from '../../core/config';
import { Component, FileBase, type Project } from '../projen';
import { type DocumentsSwitches, factsOf } from './facts';
import { ENGLISH_SETUP, REQUIREMENTS, readmeFile } from './files';
import { renderReadme } from './readme';
import { imageRequirements, requirementsIndex, workflowRequirements } from './requirements';
import { setupGuide } from './setup';

/** Every document by path, without the marker of generated files. Ends with a line break. */
export function renderDocuments(config: ImageConfig, switches: DocumentsSwitches = {}): Readonly<Record<string, string>> {
  const facts = factsOf(config, switches);
  const { languages } = config.documents;
  const documents: Record<string, string> = {};
  for (const language of languages) documents[readmeFile(language, languages)] = renderReadme(facts, language);
  if (languages.includes('en')) documents[ENGLISH_SETUP] = setupGuide(facts, 'en');
  if (languages.includes('zh')) {
    documents[REQUIREMENTS.index] = requirementsIndex(facts);
    documents[REQUIREMENTS.image] = imageRequirements(facts);
    documents[REQUIREMENTS.workflows] = workflowRequirements(facts);
    documents[REQUIREMENTS.setup] = setupGuide(facts, 'zh');
  }
  return Object.fromEntries(Object.entries(documents).map(([path, text]) => [path, `${text}\n`]));
}

/** One document, rendered when it is written. */
class Document extends FileBase {
  constructor(
    project: Project,
    path: string,
    private readonly render: () => string,
  ) {
    super(project, path);
  }

  protected synthesizeContent(): string {
    // A comment that GitHub does not show: people who edit find it, people who read do not.
    return (this.marker ? `<!-- ${this.marker} -->\n\n` : '') + this.render();
  }
}

/** Writes the documents in the languages of the config. */
export class Documents extends Component {
  /** The documents of a project, or undefined where it has none. */
  public static of(project: Project): Documents | undefined {
    return project.components.find((one): one is Documents => one instanceof Documents);
  }

  private rendered: Readonly<Record<string, string>>;

  constructor(
    project: Project,
    private readonly config: ImageConfig,
    private readonly switches: DocumentsSwitches = {},
  ) {
    super(project, 'documents');
    this.rendered = renderDocuments(config, switches);
    for (const path of Object.keys(this.rendered)) new Document(project, path, () => this.rendered[path]);
  }

  /** Makes the README say how to work on the project type as well: for the repository that is its home. */
  public describeHome(): void {
    this.rendered = renderDocuments(this.config, { ...this.switches, home: true });
  }
}
