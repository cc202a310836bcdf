import { z } from 'zod';
import { method } from './method.ts';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

export const logLevel = method({
  name: 'log.level',
  summary: 'the level of the log; {"level":"debug"} sets it until the next start or reload',
  params: z.strictObject({ level: z.enum(LEVELS).optional() }),
  run: ({ level }, node) => {
    if (level !== undefined) node.log.setLevel(level);
    return { level: node.log.level };
  },
});
