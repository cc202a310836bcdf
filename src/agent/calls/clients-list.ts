import { z } from 'zod';
import { method } from './method.ts';

export const clientsList = method({
  name: 'clients.list',
  summary: 'every client that is connected, and what waits for it',
  params: z.strictObject({}),
  run: (_params, node) => node.broker.clients(),
});
