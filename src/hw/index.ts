export * from './ports.ts';
export * from './machine/service-notify.ts';
