import { oneWirePath, readDs18b20 } from '#hw';
import { z } from 'zod';
import type { Measure } from '../measure.ts';

/** A thermometer on the 1-wire bus. */
export const ds18b20Source = {
  source: z.literal('ds18b20').meta({ description: 'A DS18B20 thermometer on the 1-wire bus' }),
  address: z
    .string()
    .regex(/^28-[0-9a-f]{12}$/, { error: 'must be the address of a DS18B20, such as 28-0316a2795bff' })
    .meta({ description: 'The folder of the sensor in /sys/bus/w1/devices, such as 28-0316a2795bff' }),
};

export const ds18b20Measure = ({ address }: { readonly address: string }): Measure => ({
  unit: '°C',
  device_class: 'temperature',
  precision: 2,
  place: oneWirePath(address),
  read: ({ buses }) => readDs18b20(buses, address),
});
