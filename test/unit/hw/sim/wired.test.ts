import { describe, expect, test } from 'vitest';
import { readBme280 } from '../../../../src/hw/chips/bme280/bme280.ts';
import { readDs18b20 } from '../../../../src/hw/chips/ds18b20.ts';
import { readMcp3008 } from '../../../../src/hw/chips/mcp3008.ts';
import { indoors, outdoors } from '../../../../src/hw/sim/air.ts';
import { wiredBuses } from '../../../../src/hw/sim/wired.ts';
import { HandClock } from '../../../rigs/hand-clock.ts';

const MINUTES = Array.from({ length: 240 }, (_, minute) => minute);
const never = new AbortController().signal;

/** What is measured each minute of four hours. */
async function eachMinute<T>(measure: (buses: ReturnType<typeof wiredBuses>) => Promise<T>): Promise<readonly T[]> {
  const clock = new HandClock();
  const buses = wiredBuses(clock);
  const values: T[] = [];
  for (const _ of MINUTES) {
    values.push(await measure(buses));
    await clock.pass(60_000);
  }
  return values;
}

/** The greatest difference of two minutes that follow each other. */
const steepest = (values: readonly number[]): number =>
  Math.max(...values.slice(1).map((value, index) => Math.abs(value - (values[index] ?? value))));

const range = (values: readonly number[]): readonly [number, number] => [Math.min(...values), Math.max(...values)];

describe('the chips of a simulated board, read as real ones are', () => {
  test.each([
    [0x76, indoors],
    [0x77, outdoors],
  ])('the BME280 at %i measures the air that is there', async (address, air) => {
    const clock = new HandClock();
    const weather = await readBme280(wiredBuses(clock), { bus: 1, address }, never);
    const { temperature_c, humidity_percent, pressure_pa } = air(clock.monotonic());
    expect(weather.temperature).toBeCloseTo(temperature_c, 2);
    expect(weather.humidity).toBeCloseTo(humidity_percent, 1);
    expect(weather.pressure).toBeCloseTo(pressure_pa / 100, 1);
  });

  test('two of them in a house differ, and an address without one does not answer', async () => {
    const buses = wiredBuses(new HandClock());
    const inside = await readBme280(buses, { bus: 1, address: 0x76 }, never);
    const outside = await readBme280(buses, { bus: 1, address: 0x77 }, never);
    expect(inside.temperature).toBeGreaterThan(outside.temperature + 5);
    await expect(buses.readOneWire('10-000000000000')).rejects.toMatchObject({ code: 'HW_NO_ANSWER' });
  });

  test('a freezer stays frozen, warms slowly and cools', async () => {
    const degrees = await eachMinute((buses) => readDs18b20(buses, '28-0316a2795bff'));
    const [coldest, warmest] = range(degrees);
    expect(coldest).toBeGreaterThanOrEqual(-19.5);
    expect(warmest).toBeLessThanOrEqual(-17.1);
    expect(warmest - coldest).toBeGreaterThan(1);
    expect(steepest(degrees)).toBeLessThan(1);
  });

  test('a photoresistor moves, and stays within its converter', async () => {
    const shares = await eachMinute((buses) => readMcp3008(buses, { bus: 0, chip_select: 0, channel: 0 }));
    const [darkest, brightest] = range(shares);
    expect(darkest).toBeGreaterThan(0.3);
    expect(brightest).toBeLessThan(0.9);
    expect(brightest - darkest).toBeGreaterThan(0.1);
  });
});

test('the air of a house is never such as nobody has it', () => {
  for (const minute of MINUTES) {
    const { temperature_c, humidity_percent, pressure_pa } = indoors(minute * 60_000);
    expect(temperature_c).toBeGreaterThan(20);
    expect(temperature_c).toBeLessThan(22);
    expect(humidity_percent).toBeGreaterThan(35);
    expect(humidity_percent).toBeLessThan(60);
    expect(pressure_pa).toBeGreaterThan(100_000);
    expect(pressure_pa).toBeLessThan(102_000);
  }
});
