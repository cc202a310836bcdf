import { z } from 'zod';
import { method } from './method.ts';

export const configReload = method({
  name: 'config.reload',
  summary: "reads the config's file again and takes on what changed, or nothing",
  params: z.strictObject({}),
  run: (_params, node) => node.reload(),
});
