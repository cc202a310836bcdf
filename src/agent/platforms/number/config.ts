import { NUMBER_MODES } from '#topics';
import { z } from 'zod';
import { activeLow, common, entityCategory, line } from '../fields.ts';
import { linkLossAfter } from '../output-rules.ts';

export const numberSchema = z
  .strictObject({
    ...common,
    platform: z.literal('number'),
    line,
    active_low: activeLow,
    min: z.number().default(0).meta({ description: 'The value at `pulse_min_us`' }),
    max: z.number().default(180).meta({ description: 'The value at `pulse_max_us`' }),
    step: z.number().min(0.001).default(1).meta({ description: 'The smallest difference in Home Assistant' }),
    unit: z.string().min(1).max(32).exactOptional().meta({ description: 'Unit of the value, such as °' }),
    mode: z.enum(NUMBER_MODES).default('auto').meta({ description: 'How Home Assistant shows it' }),
    pulse_min_us: z.number().min(100).max(10_000).default(1_000).meta({ description: 'Pulse at `min`, in µs' }),
    pulse_max_us: z.number().min(100).max(10_000).default(2_000).meta({
      description: 'Pulse at `max`, in µs; smaller than `pulse_min_us` for a servo that turns the other way',
    }),
    frequency_hz: z.number().min(10).max(400).default(50).meta({ description: 'Pulses a second; servos want 50' }),
    initial: z.number().exactOptional().meta({ description: 'The value at the first start; `min` when missing' }),
    on_start: z.enum(['restore', 'initial']).default('restore').meta({
      description: 'The value after a start: the last one that is on the bus, or `initial`',
    }),
    on_stop: z
      .union([z.literal('release'), z.number()], { error: 'must be release or a value' })
      .default('release')
      .meta({
        description:
          'When pinbus stops: a value, which it gets a second to turn to; then, and with release at once, the pulses end',
      }),
    on_link_loss: z
      .strictObject({
        after: linkLossAfter,
        value: z.number().meta({ description: 'The value after that' }),
      })
      .exactOptional()
      .meta({ description: 'As of other outputs: what happens when whoever commanded it last is gone' }),
    entity_category: entityCategory,
  })
  .refine(({ min, max }) => min < max, { path: ['max'], error: 'must be greater than `min`' })
  .refine(({ min, max, initial = min }) => initial >= min && initial <= max, {
    path: ['initial'],
    error: 'must be from `min` to `max`',
  })
  .refine(({ min, max, on_stop }) => on_stop === 'release' || (on_stop >= min && on_stop <= max), {
    path: ['on_stop'],
    error: 'must be release, or from `min` to `max`',
  })
  .refine(({ min, max, on_link_loss: { value } = { value: min } }) => value >= min && value <= max, {
    path: ['on_link_loss', 'value'],
    error: 'must be from `min` to `max`',
  })
  .refine(({ pulse_min_us, pulse_max_us }) => pulse_min_us !== pulse_max_us, {
    path: ['pulse_max_us'],
    error: 'must be another than `pulse_min_us`',
  })
  .refine(({ pulse_min_us, pulse_max_us, frequency_hz }) => Math.max(pulse_min_us, pulse_max_us) < 1e6 / frequency_hz, {
    path: ['frequency_hz'],
    error: 'must leave time for the longest pulse',
  });

export type NumberConfig = z.output<typeof numberSchema>;
