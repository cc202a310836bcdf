import { z } from 'zod';
import { common, duration } from '../fields.ts';
import type { ReportOptions } from '../../entity/thinning.ts';
import type { Measure } from './measure.ts';
import { bme280Measure, bme280Source } from './sources/bme280.ts';
import { ds18b20Measure, ds18b20Source } from './sources/ds18b20.ts';
import { MACHINE_MEASURES, machineSource } from './sources/machine.ts';
import { mcp3008Measure, mcp3008Source } from './sources/mcp3008.ts';

const reportSchema = z
  .strictObject({
    min_interval: duration({ min: '1s', max: '1d' })
      .exactOptional()
      .meta({ description: 'The shortest time from one message to the next' }),
    max_interval: duration({ min: '1s', max: '7d' })
      .exactOptional()
      .meta({ description: 'The longest: then the reading is told though it is as before' }),
    delta: z.number().positive().exactOptional().meta({
      description: 'How far a reading must be from the last one told, in its unit; any other one when missing',
    }),
  })
  .refine(
    ({ min_interval, max_interval }) =>
      min_interval === undefined || max_interval === undefined || max_interval >= min_interval,
    { path: ['max_interval'], error: 'must not be shorter than `min_interval`' },
  )
  .meta({ description: 'Which readings are told and recorded; all of them when missing' });

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
  report: reportSchema.exactOptional(),
};

/** The longest time from one message to the next while the sensor works; undefined: there is none. */
function silence(config: { readonly interval: number; readonly report?: ReportOptions }): number | undefined {
  if (config.report === undefined) return config.interval;
  const { max_interval } = config.report;
  // The reading that comes next once it is over.
  return max_interval === undefined ? undefined : max_interval + config.interval;
}

/** By `source`. A new one is a file in `sources` and a line here and below. */
export const sensorSchema = z
  .discriminatedUnion('source', [
    z.strictObject({ ...sensor, ...machineSource }),
    z.strictObject({ ...sensor, ...ds18b20Source }),
    z.strictObject({ ...sensor, ...bme280Source }),
    z.strictObject({ ...sensor, ...mcp3008Source }),
  ])
  .refine(
    (config) =>
      config.expire_after === undefined || config.expire_after > (silence(config) ?? Number.POSITIVE_INFINITY),
    {
      path: ['expire_after'],
      error:
        'must be longer than `interval`, and than that and `report.max_interval` together, which it needs then; else the sensor is unavailable between two readings',
    },
  );

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
