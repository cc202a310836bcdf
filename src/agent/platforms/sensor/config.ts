import { z } from 'zod';
import { common, duration } from '../fields.ts';
import { SOURCE_NAMES } from './sources.ts';

export const sensorSchema = z
  .strictObject({
    ...common,
    platform: z.literal('sensor'),
    source: z.enum(SOURCE_NAMES).meta({
      description:
        'What of the machine is measured; `cpu_load` is the load of the last minute by core: above 100 % something waits',
    }),
    interval: duration({ min: '1s', max: '1d' })
      .prefault('1m')
      .meta({ description: 'Time from one reading to the next' }),
    expire_after: duration({ min: '1s', max: '7d' })
      .exactOptional()
      .meta({ description: 'Home Assistant shows it as unavailable when no reading came for so long' }),
  })
  .refine(({ interval, expire_after }) => expire_after === undefined || expire_after > interval, {
    path: ['expire_after'],
    error: 'must be longer than `interval`, or the sensor is unavailable between two readings',
  });

export type SensorConfig = z.output<typeof sensorSchema>;
