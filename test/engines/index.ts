/** The harness for the real engines; the map is in README.md. */
export * from './act';
export * from './base-images';
export * from './buildkit';
export { cacheRoot } from './cache';
export * from './exec';
export * from './folder';
export * from './go-tools';
export type { ImageConfig } from './image-bundle';
export * from './image-run';
export * from './install';
export * from './linters';
export * from './mirror';
export * from './moto';
export { freePort, temporaryFolder } from './process';
export * from './python-tools';
export * from './registry';
export * from './sources';
export * from './versions';
