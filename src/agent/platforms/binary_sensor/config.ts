import { BINARY_SENSOR_DEVICE_CLASSES } from '#topics';
import { z } from 'zod';
import { activeLow, bias, common, debounce, diagnosticCategory, duration, line } from '../fields.ts';

export const binarySensorSchema = z.strictObject({
  ...common,
  platform: z.literal('binary_sensor'),
  line,
  bias,
  active_low: activeLow,
  debounce,
  on_delay: duration({ max: '1d' })
    .prefault('0s')
    .meta({ description: 'The line must be active for so long before the state is ON' }),
  off_delay: duration({ max: '1d' })
    .prefault('0s')
    .meta({ description: 'The line must be inactive for so long before the state is OFF' }),
  device_class: z
    .enum(BINARY_SENSOR_DEVICE_CLASSES)
    .exactOptional()
    .meta({ description: 'How Home Assistant shows it; ON means motion, open, wet, ...' }),
  entity_category: diagnosticCategory,
});

export type BinarySensorConfig = z.output<typeof binarySensorSchema>;
