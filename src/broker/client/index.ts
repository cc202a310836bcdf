export { Client, connectClient } from './client.ts';
export type { ClientOptions } from './options.ts';
