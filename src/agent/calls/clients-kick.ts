import { z } from 'zod';
import { method } from './method.ts';

/** It may come again at once: who is to stay away loses its user, or the rights that it has. */
export const clientsKick = method({
  name: 'clients.kick',
  summary: 'ends the connection of a client: {"client":"node-red"}',
  params: z.strictObject({ client: z.string().min(1).max(65_535) }),
  run: ({ client }, node) => {
    node.broker.kick(client);
    return { client };
  },
});
