import { readMcp3008 } from '#hw';
import { z } from 'zod';
import type { Measure } from '../measure.ts';

/** An input of an MCP3008 on an SPI bus. */
export const mcp3008Source = {
  source: z.literal('mcp3008').meta({ description: 'A voltage at an MCP3008 on an SPI bus' }),
  channel: z.int().min(0).max(7).meta({ description: 'The input of the chip' }),
  bus: z.int().min(0).max(255).default(0).meta({ description: 'The first number in /dev/spidev0.0' }),
  chip_select: z.int().min(0).max(255).default(0).meta({ description: 'The second number in /dev/spidev0.0' }),
  reference_v: z
    .number()
    .min(0.25)
    .max(5.5)
    .default(3.3)
    .meta({ description: 'The voltage at the pin VREF of the chip, which the highest reading stands for' }),
};

interface Mcp3008Config {
  readonly channel: number;
  readonly bus: number;
  readonly chip_select: number;
  readonly reference_v: number;
}

export const mcp3008Measure = ({ reference_v, ...settings }: Mcp3008Config): Measure => ({
  place: `/dev/spidev${settings.bus}.${settings.chip_select}`,
  unit: 'V',
  device_class: 'voltage',
  precision: 3,
  read: async ({ buses }) => (await readMcp3008(buses, settings)) * reference_v,
});
