/** The project's GitHub workflows. */
import { Component, type Project, TextFile } from 'projen';
import type { ImageConfig } from '../../core/config';
import { renderWorkflow } from './render-workflow';
import { WorkflowGuard } from './workflow-guard';
import { workflows } from './workflows';

/** Writes the workflows to `.github/workflows`, and guards all that are there. */
export class Pipeline extends Component {
  public constructor(project: Project, config: ImageConfig) {
    super(project, 'pipeline');
    for (const workflow of workflows(config)) {
      new TextFile(this, `.github/workflows/${workflow.fileName}`, { lines: renderWorkflow(workflow).split('\n') });
    }
    new WorkflowGuard(project);
  }
}
