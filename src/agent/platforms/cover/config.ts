import { COVER_DEVICE_CLASSES } from '#topics';
import { z } from 'zod';
import { activeLow, common, drive, duration, entityCategory, line } from '../fields.ts';

export const coverSchema = z.strictObject({
  ...common,
  platform: z.literal('cover'),
  open_line: line.meta({ description: 'The line of the relay that opens' }),
  close_line: line.meta({ description: 'The line of the relay that closes. The two are never active together' }),
  active_low: activeLow,
  drive,
  open_time: duration({ min: '1s', max: '10m' }).meta({ description: 'The time from closed to open' }),
  close_time: duration({ min: '1s', max: '10m' })
    .exactOptional()
    .meta({ description: 'The time from open to closed; `open_time` when missing' }),
  overrun: duration({ max: '1m' }).prefault('2s').meta({
    description: 'How long it runs on at an end, where its own limit switch stops it: then the position is exact again',
  }),
  dead_time: duration({ min: '100ms', max: '10s' })
    .prefault('500ms')
    .meta({ description: 'The shortest pause between the two directions' }),
  device_class: z.enum(COVER_DEVICE_CLASSES).exactOptional().meta({ description: 'How Home Assistant shows it' }),
  entity_category: entityCategory,
});

export type CoverConfig = z.output<typeof coverSchema>;
