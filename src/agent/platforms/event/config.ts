import { EVENT_DEVICE_CLASSES } from '#topics';
import { z } from 'zod';
import { activeLow, bias, common, diagnosticCategory, duration, line } from '../fields.ts';

export const eventSchema = z.strictObject({
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
  long_press: duration({ min: '100ms', max: '1m' })
    .exactOptional()
    .meta({ description: 'Held for so long is a long_press' }),
  device_class: z.enum(EVENT_DEVICE_CLASSES).exactOptional().meta({ description: 'How Home Assistant shows it' }),
  entity_category: diagnosticCategory,
});

export type EventConfig = z.output<typeof eventSchema>;
