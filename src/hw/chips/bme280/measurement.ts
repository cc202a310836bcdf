import { fineTemperature, humidity_percent, pressure_pa, temperature_c } from './compensation.ts';
import type { Trimming } from './trimming.ts';

export interface Weather {
  /** °C, -40 to 85. */
  readonly temperature: number;
  /** hPa, 300 to 1,100. */
  readonly pressure: number;
  /** Percent, 0 to 100. */
  readonly humidity: number;
}

/** Registers 0xF7 to 0xFE: pressure and temperature of 20 bits, humidity of 16 [BST-BME280-DS002, 5.4.7 to 5.4.9]. */
export const DATA = { register: 0xf7, length: 8 } as const;

/** What the registers have before anything was measured. */
const NOTHING_YET = 0x8_0000;

/** Undefined where nothing was measured yet. */
export function readWeather(data: Buffer, trimming: Trimming): Weather | undefined {
  const pressure_count = data.readUIntBE(0, 3) >>> 4;
  const temperature_count = data.readUIntBE(3, 3) >>> 4;
  if (temperature_count === NOTHING_YET || pressure_count === NOTHING_YET) return undefined;
  const t_fine = fineTemperature(temperature_count, trimming);
  const pascal = pressure_pa(pressure_count, t_fine, trimming);
  if (pascal === undefined) return undefined;
  return {
    temperature: temperature_c(t_fine),
    pressure: pascal / 100,
    humidity: humidity_percent(data.readUInt16BE(6), t_fine, trimming),
  };
}
