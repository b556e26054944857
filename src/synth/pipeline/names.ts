/** Names of workflows that others mention, as GitHub shows them. */

/** Puts the architectures of one base tag under one name. */
export const MERGE_NAME = 'Merge Multi-Arch Manifests';

/** Builds every architecture and merges them. */
export const PUBLISH_NAME = 'Publish';
