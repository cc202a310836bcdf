import { z } from 'zod';
import { activeLow, bias, common, diagnosticCategory, duration, line } from '../fields.ts';
import { RATE_NAMES, UNIT_NAMES, UNITS } from './units.ts';

export const counterSchema = z
  .strictObject({
    ...common,
    platform: z.literal('counter'),
    line,
    bias,
    active_low: activeLow,
    debounce: duration({ max: '1s' })
      .prefault('5ms')
      .meta({ description: 'A pulse counts once the line was still for so long' }),
    unit: z.enum(UNIT_NAMES).meta({ description: 'What is counted' }),
    pulses_per_unit: z.number().positive().max(1e9).meta({ description: 'Pulses of one `unit`, as the meter says' }),
    rate_unit: z.enum(RATE_NAMES).exactOptional().meta({
      description: 'How fast it counts: W or kW of energy, m³/h, L/min or L/h of volumes, mm/h of rain',
    }),
    device_class: z.enum(['energy', 'water', 'gas', 'precipitation']).exactOptional().meta({
      description: 'How Home Assistant shows it; water when missing for volumes',
    }),
    interval: duration({ min: '1s', max: '1h' }).prefault('1m').meta({
      description:
        'Time from one report to the next, if something was counted; a loss of power loses what came since the last',
    }),
    entity_category: diagnosticCategory,
  })
  .refine(({ unit, rate_unit }) => rate_unit === undefined || rate_unit in UNITS[unit].rates, {
    path: ['rate_unit'],
    error: 'must be a rate of `unit`',
  })
  .refine(
    ({ unit, device_class }) =>
      device_class === undefined || UNITS[unit].device_classes.some((one) => one === device_class),
    { path: ['device_class'], error: 'must be one that has `unit`' },
  );

export type CounterConfig = z.output<typeof counterSchema>;
