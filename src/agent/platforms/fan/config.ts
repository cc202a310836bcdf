import { z } from 'zod';
import { activeLow, common, duration, entityCategory, line } from '../fields.ts';
import { outputRules, withoutKeep } from '../output-rules.ts';

export const fanSchema = z
  .strictObject({
    ...common,
    platform: z.literal('fan'),
    line,
    active_low: activeLow,
    frequency_hz: z.number().min(10).max(100_000).default(100).meta({
      description:
        'Frequency of the PWM in Hz, at most 200 where software makes it; fans with a wire for PWM want 25000',
    }),
    lowest_duty: z.number().min(0).max(0.9).default(0).meta({
      description: 'The duty at which it just turns, 0 to 0.9: percentages go from there to 1',
    }),
    kick_start: duration({ max: '5s' })
      .prefault('0s')
      .meta({ description: 'How long it runs at full speed when it is switched on, so that it begins to turn' }),
    ...outputRules,
    entity_category: entityCategory,
  })
  .refine(({ on_start }) => on_start !== 'keep', withoutKeep);

export type FanConfig = z.output<typeof fanSchema>;
