import { SWITCH_DEVICE_CLASSES } from '#topics';
import { z } from 'zod';
import { activeLow, common, drive, entityCategory, line } from '../fields.ts';
import { outputRules } from '../output-rules.ts';

export const switchSchema = z.strictObject({
  ...common,
  platform: z.literal('switch'),
  line,
  active_low: activeLow,
  drive,
  ...outputRules,
  device_class: z.enum(SWITCH_DEVICE_CLASSES).exactOptional().meta({ description: 'How Home Assistant shows it' }),
  entity_category: entityCategory,
});

export type SwitchConfig = z.output<typeof switchSchema>;
