export { hashPassword, verifyPassword } from './access/password.ts';
export { Broker, type BrokerParts, type BrokerStats, type ClientSnapshot } from './broker.ts';
export * from './errors.ts';
export * from './options.ts';
export * from './ports.ts';
export * from './client/index.ts';
