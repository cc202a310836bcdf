import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ds18b20Temperature, readDs18b20 } from '../../../../src/hw/chips/ds18b20.ts';
import { readW1 } from '../../../../src/hw/one-wire/w1.ts';
import { SimBuses } from '../../../../src/hw/sim/buses.ts';

const ADDRESS = '28-0316a2795bff';

/** As the kernel's w1_therm writes it. */
const said = (bytes: string, millidegrees: number, right = true): string =>
  `${bytes} : crc=${bytes.slice(-2)} ${right ? 'YES' : 'NO'}\n${bytes} t=${millidegrees}\n`;

describe('a temperature', () => {
  test.each([
    ['91 01 4b 46 7f ff 0f 10 25', 25_062, 25.062],
    ['5e ff 4b 46 7f ff 02 10 8f', -10_125, -10.125],
    ['00 00 4b 46 7f ff 10 10 57', 0, 0],
    ['50 05 4b 46 7f ff 10 10 1c', 85_000, 85],
  ])('of %s is %i millidegrees', (bytes, millidegrees, degrees) => {
    expect(ds18b20Temperature(said(bytes, millidegrees))).toBe(degrees);
  });

  test.each([
    ['has a wrong checksum', said('91 01 4b 46 7f ff 0f 10 24', 25_062, false), /checksum/],
    ['is the one that the chip has after its power came', said('50 05 4b 46 7f ff 0c 10 1c', 85_000), /power/],
    ['is beyond what the chip measures', said('ff 7f ff ff ff ff ff ff ff', 2_047_937), /outside/],
    ['is not there', '', /does not answer/],
    ['is no number', '91 01 : crc=25 YES\n91 01 t=', /no temperature/],
  ])('that %s is refused', (_what, text, why) => {
    expect(ds18b20Temperature(text)).toMatch(why);
  });
});

test('a reading that is refused is tried again, and says of which sensor it is', async () => {
  const buses = new SimBuses();
  buses.oneWire = () => said('91 01 4b 46 7f ff 0f 10 25', 25_062);
  expect(await readDs18b20(buses, ADDRESS)).toBe(25.062);
  buses.oneWire = () => said('50 05 4b 46 7f ff 0c 10 1c', 85_000);
  await expect(readDs18b20(buses, ADDRESS)).rejects.toMatchObject({
    code: 'HW_READING_REFUSED',
    retryable: true,
    message: expect.stringContaining(ADDRESS) as string,
  });
});

describe('the files of the 1-wire bus', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pinbus-w1-'));
    for (const device of [ADDRESS, 'w1_bus_master1']) mkdirSync(join(folder, device));
    writeFileSync(join(folder, ADDRESS, 'w1_slave'), 'what it says');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('say what the sensor says', async () => {
    expect(await readW1(ADDRESS, folder)).toBe('what it says');
  });

  test('that has no such sensor says which there are', async () => {
    await expect(readW1('28-000000000000', folder)).rejects.toMatchObject({
      code: 'HW_NO_ANSWER',
      message: `the 1-wire bus has no 28-000000000000: on it are ${ADDRESS}`,
    });
  });

  test('that is not there says how to switch it on', async () => {
    await expect(readW1(ADDRESS, join(folder, 'none'))).rejects.toMatchObject({
      code: 'HW_BUS_MISSING',
      remedy: expect.stringContaining('dtoverlay=w1-gpio') as string,
    });
  });
});
