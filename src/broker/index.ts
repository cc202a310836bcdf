export * from './errors.ts';
export * from './options.ts';
export * from './ports.ts';
export * from './client/index.ts';
