import { BUTTON_DEVICE_CLASSES } from '#topics';
import { z } from 'zod';
import { activeLow, common, drive, duration, entityCategory, line } from '../fields.ts';
import { outputRules } from '../output-rules.ts';

export const buttonSchema = z.strictObject({
  ...common,
  platform: z.literal('button'),
  line,
  active_low: activeLow,
  drive,
  pulse: duration({ min: '10ms', max: '1m' })
    .prefault('500ms')
    .meta({ description: 'How long a press holds the line active' }),
  interlock: outputRules.interlock,
  device_class: z.enum(BUTTON_DEVICE_CLASSES).exactOptional().meta({ description: 'How Home Assistant shows it' }),
  entity_category: entityCategory,
});

export type ButtonConfig = z.output<typeof buttonSchema>;
