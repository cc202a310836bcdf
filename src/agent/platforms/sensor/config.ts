import { z } from 'zod';
import { common, duration } from '../fields.ts';
import type { Measure } from './measure.ts';
import { bme280Measure, bme280Source } from './sources/bme280.ts';
import { ds18b20Measure, ds18b20Source } from './sources/ds18b20.ts';
import { MACHINE_MEASURES, machineSource } from './sources/machine.ts';
import { mcp3008Measure, mcp3008Source } from './sources/mcp3008.ts';

/** What each sensor has, whatever it measures. */
const sensor = {
  ...common,
  platform: z.literal('sensor'),
  interval: duration({ min: '1s', max: '1d' })
    .prefault('1m')
    .meta({ description: 'Time from one reading to the next' }),
  expire_after: duration({ min: '1s', max: '7d' })
    .exactOptional()
    .meta({ description: 'Home Assistant shows it as unavailable when no reading came for so long' }),
};

/** By `source`. A new one is a file in `sources` and a line here and below. */
export const sensorSchema = z
  .discriminatedUnion('source', [
    z.strictObject({ ...sensor, ...machineSource }),
    z.strictObject({ ...sensor, ...ds18b20Source }),
    z.strictObject({ ...sensor, ...bme280Source }),
    z.strictObject({ ...sensor, ...mcp3008Source }),
  ])
  .refine(({ interval, expire_after }) => expire_after === undefined || expire_after > interval, {
    path: ['expire_after'],
    error: 'must be longer than `interval`, or the sensor is unavailable between two readings',
  });

export type SensorConfig = z.output<typeof sensorSchema>;

export function measureOf(config: SensorConfig): Measure {
  switch (config.source) {
    case 'ds18b20':
      return ds18b20Measure(config);
    case 'bme280':
      return bme280Measure(config);
    case 'mcp3008':
      return mcp3008Measure(config);
    default:
      return MACHINE_MEASURES[config.source];
  }
}
