import { z } from 'zod';
import { method } from './method.ts';

export const health = method({
  name: 'health',
  summary: 'how the node is at this moment',
  params: z.strictObject({}),
  run: (_params, node) => node.health(),
});
