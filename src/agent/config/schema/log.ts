import { z } from 'zod';

export const logSchema = z
  .strictObject({
    level: z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
      .default('info')
      .meta({ description: 'The least important lines that are still written' }),
  })
  .meta({ description: 'The log' });
