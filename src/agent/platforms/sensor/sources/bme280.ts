import { readBme280 } from '#hw';
import { z } from 'zod';
import type { Measure } from '../measure.ts';

/** A BME280 on an I2C bus; each entity is one of its three quantities. */
export const bme280Source = {
  source: z.literal('bme280').meta({ description: 'A BME280 on an I2C bus' }),
  quantity: z
    .enum(['temperature', 'humidity', 'pressure'])
    .meta({ description: 'Which of the three: temperature, humidity or pressure' }),
  bus: z.int().min(0).max(255).default(1).meta({ description: 'The number in /dev/i2c-1' }),
  address: z.int().min(0x76).max(0x77).default(0x76).meta({ description: '0x76 or 0x77, by how the chip is wired' }),
};

const QUANTITIES = {
  temperature: { unit: '°C', device_class: 'temperature', precision: 2 },
  humidity: { unit: '%', device_class: 'humidity', precision: 1 },
  pressure: { unit: 'hPa', device_class: 'atmospheric_pressure', precision: 1 },
} as const;

interface Bme280Config {
  readonly quantity: keyof typeof QUANTITIES;
  readonly bus: number;
  readonly address: number;
}

export const bme280Measure = ({ quantity, bus, address }: Bme280Config): Measure => ({
  ...QUANTITIES[quantity],
  place: `/dev/i2c-${bus}`,
  read: async ({ buses }, signal) => (await readBme280(buses, { bus, address }, signal))[quantity],
});
