/** The project's GitHub workflows. */

import type { ImageConfig } from '../../core/config';
import { GeneratedFile } from '../image/generated-file';
import { Component, type Project } from '../projen';
import { LINT_CONFIG_FILE, renderLintConfig } from './lint-config';
import { renderWorkflow } from './render-workflow';
import { WorkflowGuard } from './workflow-guard';
import { workflows } from './workflows';

/** Writes the workflows to `.github/workflows`, and guards all that are there. */
export class Pipeline extends Component {
  public constructor(project: Project, config: ImageConfig) {
    super(project, 'pipeline');
    for (const workflow of workflows(config)) {
      // the empty line keeps what the workflow is for apart from the line that says it is generated
      new GeneratedFile(project, `.github/workflows/${workflow.fileName}`, `\n${renderWorkflow(workflow)}`, { comment: '#' });
    }
    const lintConfig = renderLintConfig(config);
    if (lintConfig !== undefined) new GeneratedFile(project, LINT_CONFIG_FILE, `\n${lintConfig}`, { comment: '#' });
    new WorkflowGuard(project);
  }
}
