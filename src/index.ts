export * from './core/options';
export * from './synth/project/openresty-image-project';
export * from './synth/project/spot-image-project';
