import { SWITCH_DEVICE_CLASSES } from '#topics';
import { z } from 'zod';
import { activeLow, common, drive, duration, entityCategory, line, onStart, onStop } from '../fields.ts';

export const switchSchema = z.strictObject({
  ...common,
  platform: z.literal('switch'),
  line,
  active_low: activeLow,
  drive,
  on_start: onStart,
  on_stop: onStop,
  max_on: duration({ min: '100ms', max: '7d' })
    .exactOptional()
    .meta({ description: 'The longest time on; then it switches itself off' }),
  min_off: duration({ max: '1d' })
    .prefault('0s')
    .meta({ description: 'The shortest time off: an ON that comes earlier waits for the rest of it. OFF never waits' }),
  device_class: z.enum(SWITCH_DEVICE_CLASSES).exactOptional().meta({ description: 'How Home Assistant shows it' }),
  entity_category: entityCategory,
});

export type SwitchConfig = z.output<typeof switchSchema>;
