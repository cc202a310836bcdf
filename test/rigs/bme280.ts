/**
 * A BME280's registers. Trimming and counts of temperature and pressure are the worked example of the maker [Bosch BST-BMP280-DS001,
 * 3.12]: 25.08 °C and 100,653.27 Pa. The humidity's trimming is that of a chip at hand.
 */
export const EXAMPLE = {
  temperature_count: 519_888,
  pressure_count: 415_148,
  humidity_count: 29_281,
  t_fine: 128_422,
  temperature: 25.08,
  pressure: 1_006.5327,
};

const TEMPERATURE_AND_PRESSURE = [
  27_504, 26_435, -1_000, 36_477, -10_685, 3_024, 2_855, 140, -7, 15_500, -14_600, 6_000,
];
const H1 = 75;
/** H2 is 370, H3 is 0, H4 is 313, H5 is 50 and H6 is 30: the two in the middle share a register. */
const H2_TO_H6 = Buffer.of(0x72, 0x01, 0x00, 0x13, 0x29, 0x03, 0x1e);

/** All 256, as they are after a measurement. */
export function bme280Registers(): Buffer {
  const registers = Buffer.alloc(256);
  for (const [index, word] of TEMPERATURE_AND_PRESSURE.entries())
    registers.writeUInt16LE(word & 0xffff, 0x88 + 2 * index);
  registers[0xa1] = H1;
  H2_TO_H6.copy(registers, 0xe1);
  registers[0xd0] = 0x60;
  registers.writeUIntBE(EXAMPLE.pressure_count * 16, 0xf7, 3);
  registers.writeUIntBE(EXAMPLE.temperature_count * 16, 0xfa, 3);
  registers.writeUInt16BE(EXAMPLE.humidity_count, 0xfd);
  return registers;
}
