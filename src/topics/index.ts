export * from './error.ts';
export * from './message.ts';
export * from './units.ts';
