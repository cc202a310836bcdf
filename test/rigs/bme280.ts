import { bme280Registers as atPowerOn } from '../../src/hw/sim/chips/bme280.ts';

/**
 * What a BME280 counted in the worked example of the maker, whose trimming the simulated chip has [Bosch BST-BMP280-DS001, 3.12]: 25.08 °C
 * and 100,653.27 Pa.
 */
export const EXAMPLE = {
  temperature_count: 519_888,
  pressure_count: 415_148,
  humidity_count: 29_281,
  t_fine: 128_422,
  temperature: 25.08,
  pressure: 1_006.5327,
};

/** All 256 registers, as they are after that measurement. */
export function bme280Registers(): Buffer {
  const registers = atPowerOn();
  registers.writeUIntBE(EXAMPLE.pressure_count * 16, 0xf7, 3);
  registers.writeUIntBE(EXAMPLE.temperature_count * 16, 0xfa, 3);
  registers.writeUInt16BE(EXAMPLE.humidity_count, 0xfd);
  return registers;
}
