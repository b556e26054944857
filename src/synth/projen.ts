/**
 * What the synth wing uses of projen. projen's own entry also loads every kind of
 * project that it knows, which is a third of the time that `npx projen` takes.
 */
export { Component } from 'projen/lib/component';
export { FileBase } from 'projen/lib/file';
export type * as github from 'projen/lib/github';
export * as javascript from 'projen/lib/javascript';
export { JsonFile } from 'projen/lib/json';
export type { Project } from 'projen/lib/project';
export { SampleFile } from 'projen/lib/sample-file';
export type { Task } from 'projen/lib/task';
export { TextFile } from 'projen/lib/textfile';
export * as typescript from 'projen/lib/typescript';
