import { fineTemperature, humidity_percent, pressure_pa, temperature_c } from '../../chips/bme280/compensation.ts';
import { FIRST_TRIMMING, readTrimming, SECOND_TRIMMING, type Trimming } from '../../chips/bme280/trimming.ts';
import type { Air } from '../air.ts';
import type { I2cPeer } from '../i2c.ts';

const ID = { register: 0xd0, bme280: 0x60 };
const CTRL_MEAS = 0xf4;
const PRESSURE = 0xf7;
const TEMPERATURE = 0xfa;
const HUMIDITY = 0xfd;
/** What the registers have before anything was measured [Bosch BST-BME280-DS002, 5.4.7]. */
const NOTHING_YET = 0x80_0000;

/** T1 to P9 as in the worked example of the maker [BST-BMP280-DS001, 3.12], H1 to H6 of a chip at hand. */
const T1_TO_P9 = [27_504, 26_435, -1_000, 36_477, -10_685, 3_024, 2_855, 140, -7, 15_500, -14_600, 6_000];
const H1 = 75;
const H2_TO_H6 = Buffer.of(0x72, 0x01, 0x00, 0x13, 0x29, 0x03, 0x1e);

/** All 256 registers of a chip that measured nothing yet. */
export function bme280Registers(): Buffer {
  const registers = Buffer.alloc(256);
  for (const [index, word] of T1_TO_P9.entries())
    registers.writeUInt16LE(word & 0xffff, FIRST_TRIMMING.register + 2 * index);
  registers[FIRST_TRIMMING.register + FIRST_TRIMMING.length - 1] = H1;
  H2_TO_H6.copy(registers, SECOND_TRIMMING.register);
  registers[ID.register] = ID.bme280;
  registers.writeUIntBE(NOTHING_YET, PRESSURE, 3);
  registers.writeUIntBE(NOTHING_YET, TEMPERATURE, 3);
  return registers;
}

/** A BME280 that measures this air when it is told to. */
export class SimBme280 implements I2cPeer {
  readonly #registers = bme280Registers();
  readonly #air: () => Air;

  constructor(air: () => Air) {
    this.#air = air;
  }

  read(register: number): number {
    return this.#registers[register] ?? 0;
  }

  write(register: number, value: number): void {
    this.#registers[register] = value;
    // The two lowest bits are the mode; 0 is sleep [5.4.5].
    if (register === CTRL_MEAS && (value & 0b11) !== 0) this.#measure();
  }

  #measure(): void {
    const part = ({ register, length }: typeof FIRST_TRIMMING | typeof SECOND_TRIMMING) =>
      this.#registers.subarray(register, register + length);
    const counts = countsOf(this.#air(), readTrimming(part(FIRST_TRIMMING), part(SECOND_TRIMMING)));
    this.#registers.writeUIntBE(counts.temperature << 4, TEMPERATURE, 3);
    this.#registers.writeUIntBE(counts.pressure << 4, PRESSURE, 3);
    this.#registers.writeUInt16BE(counts.humidity, HUMIDITY);
  }
}

/** What the converter of a chip with this trimming counts: the way back from what the driver computes. */
function countsOf(air: Air, trimming: Trimming) {
  const temperature = countOf(20, (count) => temperature_c(fineTemperature(count, trimming)) >= air.temperature_c);
  const t_fine = fineTemperature(temperature, trimming);
  return {
    temperature,
    // The higher the count, the lower the pressure.
    pressure: countOf(20, (count) => (pressure_pa(count, t_fine, trimming) ?? 0) <= air.pressure_pa),
    humidity: countOf(16, (count) => humidity_percent(count, t_fine, trimming) >= air.humidity_percent),
  };
}

/** The lowest count of so many bits that is there; what it means grows or falls with it, and does not turn. */
function countOf(bits: number, isThere: (count: number) => boolean): number {
  let count = 2 ** bits - 1;
  for (let bit = bits - 1; bit >= 0; bit -= 1) if (isThere(count - 2 ** bit)) count -= 2 ** bit;
  return count;
}
