import { HardwareError } from '../errors.ts';
import type { Buses } from '../ports.ts';

/** A DS18B20 measures from -55 to 125 °C [Maxim DS18B20, 19-7487, page 1]. */
const COLDEST_C = -55;
const HOTTEST_C = 125;
/**
 * What the register has after its power came, before it measured anything [page 6]. The byte that the maker reserves is 0x0C then;
 * after a measurement of 85 °C it is 0x10.
 */
const POWER_ON_C = 85;
const RESERVED = 6;
const POWER_ON_RESERVED = 0x0c;

/**
 * The temperature in °C in what the kernel's driver says: nine bytes and whether the checksum is right, and the same bytes with the
 * temperature in millidegrees [Documentation/w1/slaves/w1_therm.rst]. A text is why there is none.
 */
export function ds18b20Temperature(text: string): number | string {
  const [first = '', second = ''] = text.trim().split('\n');
  if (first === '') return 'the sensor does not answer';
  if (!first.endsWith('YES')) return 'the checksum is wrong';
  const millidegrees = /\bt=(-?\d+)$/.exec(second)?.[1];
  if (millidegrees === undefined) return 'the answer has no temperature';
  const degrees = Number(millidegrees) / 1_000;
  const reserved = Number.parseInt(second.split(' ')[RESERVED] ?? '', 16);
  if (degrees === POWER_ON_C && reserved === POWER_ON_RESERVED) return 'it has just got its power: 85 °C is no reading';
  if (degrees < COLDEST_C || degrees > HOTTEST_C) return `${degrees} °C is outside of what it measures`;
  return degrees;
}

/**
 * One measurement in °C, which takes 750 ms at its 12 bits. `address` is that on the 1-wire bus, such as 28-0316a2795bff.
 * @throws HardwareError HW_BUS_MISSING, HW_NO_ANSWER, HW_READING_REFUSED
 */
export async function readDs18b20(buses: Buses, address: string): Promise<number> {
  const temperature = ds18b20Temperature(await buses.readOneWire(address));
  if (typeof temperature === 'number') return temperature;
  throw new HardwareError('HW_READING_REFUSED', `1-wire sensor ${address}: ${temperature}`);
}
