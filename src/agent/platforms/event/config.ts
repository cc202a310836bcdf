import { EVENT_DEVICE_CLASSES } from '#topics';
import { z } from 'zod';
import { activeLow, bias, common, diagnosticCategory, duration, line } from '../fields.ts';

export const eventSchema = z
  .strictObject({
    ...common,
    platform: z.literal('event'),
    line,
    bias,
    active_low: activeLow,
    debounce: duration({ max: '1s' })
      .prefault('30ms')
      .meta({ description: 'An edge counts once the line was still for so long' }),
    double_press: duration({ min: '50ms', max: '2s' }).exactOptional().meta({
      description: 'Two presses within so long are a double_press; a single press then waits for as long',
    }),
    triple_press: z.boolean().default(false).meta({
      description: 'True: three presses are a triple_press; two then wait for `double_press` as well',
    }),
    long_press: duration({ min: '100ms', max: '1m' })
      .exactOptional()
      .meta({ description: 'Held for so long is a long_press' }),
    hold_repeat: duration({ min: '100ms', max: '10s' }).exactOptional().meta({
      description: 'How often `hold` is told after a long_press while it is held on, for a minute at most',
    }),
    release: z.boolean().default(false).meta({
      description: 'True: the end of each press is told, with its length in ms',
    }),
    device_triggers: z.boolean().default(false).meta({
      description: 'True: Home Assistant has a trigger of the device for each kind of press as well',
    }),
    device_class: z.enum(EVENT_DEVICE_CLASSES).exactOptional().meta({ description: 'How Home Assistant shows it' }),
    entity_category: diagnosticCategory,
  })
  .refine(({ triple_press, double_press }) => !triple_press || double_press !== undefined, {
    path: ['triple_press'],
    error: 'needs `double_press`, the time between two presses',
  })
  .refine(({ hold_repeat, long_press }) => hold_repeat === undefined || long_press !== undefined, {
    path: ['hold_repeat'],
    error: 'needs `long_press`, after which it begins',
  });

export type EventConfig = z.output<typeof eventSchema>;
