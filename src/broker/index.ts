export * from './options.ts';
export * from './ports.ts';
