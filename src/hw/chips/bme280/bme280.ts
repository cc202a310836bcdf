import { setTimeout as wait } from 'node:timers/promises';
import { HardwareError } from '../../errors.ts';
import type { Buses, I2cBus, I2cSettings } from '../../ports.ts';
import { DATA, readWeather, type Weather } from './measurement.ts';
import { FIRST_TRIMMING, readTrimming, SECOND_TRIMMING } from './trimming.ts';

/** [Bosch BST-BME280-DS002, 5.4] */
const ID = 0xd0;
const BME280 = 0x60;
const CTRL_HUM = 0xf2;
const STATUS = 0xf3;
const CTRL_MEAS = 0xf4;
const MEASURING = 0b1000;

/** Each quantity once, as the maker advises for weather [3.5.1]; then the chip sleeps again, so it does not warm itself. */
const HUMIDITY_ONCE = 0b001;
const THE_REST_ONCE_NOW = 0b001_001_01;

/** Longer than the 9.3 ms that such a measurement takes at most [9.1]. */
const PAUSE_MS = 10;
const TRIES = 10;

/**
 * One measurement of a BME280: temperature, pressure and humidity of the air.
 * @throws HardwareError HW_NO_ANSWER, HW_READING_REFUSED, and as `Buses.openI2c` does
 */
export async function readBme280(buses: Buses, settings: I2cSettings, signal: AbortSignal): Promise<Weather> {
  const bus = await buses.openI2c(settings);
  const subject = `address 0x${settings.address.toString(16)} on I2C bus ${settings.bus}`;
  try {
    const [id] = await bus.readRegisters(ID, 1);
    if (id !== BME280) {
      const message = `${subject}: what answers is no BME280, its id is 0x${(id ?? 0).toString(16)}`;
      throw new HardwareError('HW_NO_ANSWER', message);
    }
    const weather = await measure(bus, signal);
    if (weather === undefined) throw new HardwareError('HW_READING_REFUSED', `${subject}: the BME280 has no reading`);
    return weather;
  } finally {
    await bus.close();
  }
}

async function measure(bus: I2cBus, signal: AbortSignal): Promise<Weather | undefined> {
  const trimming = readTrimming(
    await bus.readRegisters(FIRST_TRIMMING.register, FIRST_TRIMMING.length),
    await bus.readRegisters(SECOND_TRIMMING.register, SECOND_TRIMMING.length),
  );
  // The humidity's control takes effect with the other's write [5.4.3].
  await bus.write(Uint8Array.of(CTRL_HUM, HUMIDITY_ONCE, CTRL_MEAS, THE_REST_ONCE_NOW));
  for (let count = 0; count < TRIES; count += 1) {
    await wait(PAUSE_MS, undefined, { signal });
    const [status = MEASURING] = await bus.readRegisters(STATUS, 1);
    // Of one burst: the registers do not change while they are read [4.1].
    if ((status & MEASURING) === 0) return readWeather(await bus.readRegisters(DATA.register, DATA.length), trimming);
  }
  return undefined;
}
