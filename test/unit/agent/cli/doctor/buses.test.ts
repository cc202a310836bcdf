import { expect, test } from 'vitest';
import type { Inventory } from '#hw';
import { lookAtBuses } from '../../../../../src/agent/cli/doctor/buses.ts';
import { configOf } from '../../../../rigs/entity-bench.ts';

const SENSORS = [
  { id: 'freezer', platform: 'sensor', source: 'ds18b20', address: '28-0316a2795bff' },
  { id: 'hall', platform: 'sensor', source: 'bme280', quantity: 'humidity' },
  { id: 'battery', platform: 'sensor', source: 'mcp3008', channel: 0 },
  { id: 'cpu', platform: 'sensor', source: 'cpu_load' },
  { id: 'lamp', platform: 'switch', line: 18 },
].map(configOf);

const found = (inventory: Partial<Inventory>) =>
  lookAtBuses({ spi: [], i2c: [], one_wire: undefined, boot_settings: [], ...inventory }, SENSORS).map(
    ({ verdict, message }) => `${verdict}: ${message}`,
  );

test('each bus is listed, and what the boot config sets', () => {
  const everything = found({
    spi: [{ path: '/dev/spidev0.0', allowed: true }],
    i2c: [{ path: '/dev/i2c-1', allowed: true }],
    one_wire: ['28-0316a2795bff'],
    boot_settings: ['dtparam=spi=on'],
  });
  expect(everything).toEqual([
    'ok: SPI: /dev/spidev0.0',
    'ok: I2C: /dev/i2c-1',
    'ok: 1-wire: 28-0316a2795bff',
    'ok: config.txt has dtparam=spi=on',
  ]);
});

test('a sensor whose place is not there is a warning, and no other entity is', () => {
  expect(found({ i2c: [{ path: '/dev/i2c-4', allowed: true }], one_wire: [] })).toEqual([
    'ok: no SPI',
    'ok: I2C: /dev/i2c-4',
    'ok: 1-wire: nothing on it',
    'warn: freezer: there is no /sys/bus/w1/devices/28-0316a2795bff',
    'warn: hall: there is no /dev/i2c-1',
    'warn: battery: there is no /dev/spidev0.0',
  ]);
});

test('a bus that this user may not open is a warning with the group to join', () => {
  const [, warning] = lookAtBuses(
    { spi: [{ path: '/dev/spidev0.0', allowed: false }], i2c: [], one_wire: undefined, boot_settings: [] },
    [],
  );
  expect(warning).toMatchObject({ verdict: 'warn', message: '/dev/spidev0.0: this user may not open it' });
  expect(warning?.remedy).toContain('spi or i2c');
});
