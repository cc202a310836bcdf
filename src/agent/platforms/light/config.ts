import { z } from 'zod';
import { activeLow, common, entityCategory, line } from '../fields.ts';
import { outputRules, withoutKeep } from '../output-rules.ts';

export const lightSchema = z
  .strictObject({
    ...common,
    platform: z.literal('light'),
    line,
    active_low: activeLow,
    brightness: z.boolean().default(true).meta({
      description: 'True: dimmed by PWM. False: on and off only',
    }),
    frequency_hz: z.number().min(10).max(100_000).default(1_000).meta({
      description:
        'Frequency of the PWM in Hz, at most 200 where software makes it; without effect when brightness is false',
    }),
    gamma: z.number().min(1).max(4).default(2.2).meta({
      description: 'Exponent from brightness to duty: the eye sees the lower end finer than a LED dims. 1 is linear',
    }),
    ...outputRules,
    entity_category: entityCategory,
  })
  .refine(({ brightness, on_start }) => !brightness || on_start !== 'keep', withoutKeep);

export type LightConfig = z.output<typeof lightSchema>;
