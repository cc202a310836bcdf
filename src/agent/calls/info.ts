import { z } from 'zod';
import { method } from './method.ts';

export const info = method({
  name: 'info',
  summary: 'version, board, start time and entities',
  params: z.strictObject({}),
  run: (_params, node) => node.info(),
});
