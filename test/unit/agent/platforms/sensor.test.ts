import { afterEach, expect, test } from 'vitest';
import type { Machine } from '#hw';
import { MACHINE_MEASURES } from '../../../../src/agent/platforms/sensor/sources/machine.ts';
import { bme280Registers } from '../../../rigs/bme280.ts';
import { configOf, EntityBench } from '../../../rigs/entity-bench.ts';

let temperature: number | undefined = 48.312;
let broken = false;
const machine: Machine = {
  model: async () => undefined,
  cpuTemperature: async () => {
    if (broken) throw new Error('the sensor is on fire');
    return temperature;
  },
  load: () => 0.126,
  memory: async () => ({ total_bytes: 8_000, available_bytes: 6_000 }),
  disk: async () => ({ total_bytes: 100, available_bytes: 10 }),
  written: async () => undefined,
  uptime: () => 86_400.7,
  throttling: async () => undefined,
  wifiSignal: async () => -67,
};

let bench = new EntityBench({ machine });
afterEach(async () => {
  await bench.stop();
  bench = new EntityBench({ machine });
  temperature = 48.312;
  broken = false;
});

test.each([
  ['cpu_temperature', '48.3'],
  ['cpu_load', '13'],
  ['memory_used', '25'],
  ['disk_used', '90'],
  ['uptime', '86401'],
  ['wifi_signal', '-67'],
])('%s is measured as %s', async (source, state) => {
  await bench.start({ platform: 'sensor', source });
  expect([bench.state, bench.available]).toEqual([state, 'online']);
});

test('each interval gives a reading, also one that is as before, for expire_after', async () => {
  await bench.start({ platform: 'sensor', source: 'cpu_temperature', interval: '10s' });
  for (let count = 0; count < 3; count += 1) await bench.pass(10_000);
  expect(bench.states).toEqual(['48.3', '48.3', '48.3', '48.3']);
});

test('readings that say nothing new are not told, until it was silent for too long or somebody asks', async () => {
  const report = { delta: 1, max_interval: '1m' };
  await bench.start({ platform: 'sensor', source: 'cpu_temperature', interval: '10s', report });
  for (const next of [48.9, 49.4, 49.2]) {
    temperature = next;
    await bench.pass(10_000);
  }
  expect(bench.states).toEqual(['48.3', '49.4']);
  await bench.pass(60_000);
  expect(bench.states).toEqual(['48.3', '49.4', '49.2']);
  await bench.entities.refresh();
  expect(bench.states).toEqual(['48.3', '49.4', '49.2', '49.2']);
  expect(bench.recordings).toHaveLength(4);
});

test('a sensor that may be silent for longer than Home Assistant waits is refused', () => {
  const entry = { id: 'it', platform: 'sensor', source: 'cpu_load', interval: '10s', expire_after: '30s' };
  expect(() => configOf({ ...entry, report: { delta: 1 } })).toThrow('expire_after');
  expect(() => configOf({ ...entry, report: { max_interval: '20s' } })).toThrow('expire_after');
  expect(configOf({ ...entry, report: { max_interval: '19s' } })).toMatchObject({ report: { max_interval: 19_000 } });
  expect(() => configOf({ ...entry, report: { min_interval: '9s', max_interval: '5s' } })).toThrow('max_interval');
});

test('what the machine does not measure is offline, and comes back when it does', async () => {
  temperature = undefined;
  await bench.start({ platform: 'sensor', source: 'cpu_temperature', interval: '10s' });
  expect([bench.available, bench.state]).toEqual(['offline', undefined]);
  temperature = 50;
  await bench.pass(10_000);
  expect([bench.available, bench.state]).toEqual(['online', '50.0']);
});

test('a reading that fails is said, and the next one comes all the same', async () => {
  await bench.start({ platform: 'sensor', source: 'cpu_temperature', interval: '10s' });
  broken = true;
  await bench.pass(10_000);
  expect(bench.available).toBe('offline');
  expect(bench.bus.last('pinbus/v1/porch/it/attributes')).toContain('on fire');
  broken = false;
  await bench.pass(10_000);
  expect([bench.available, bench.states]).toEqual(['online', ['48.3', '48.3']]);
});

test('expire_after must be longer than the interval', () => {
  const entry = { id: 'it', platform: 'sensor', source: 'cpu_load', interval: '1m' };
  expect(() => configOf({ ...entry, expire_after: '1m' })).toThrow('longer than');
  expect(configOf({ ...entry, expire_after: '3m' })).toMatchObject({ expire_after: 180_000 });
});

test('every source of the machine is covered here', () => expect(Object.keys(MACHINE_MEASURES)).toHaveLength(6));

const THERMOMETER = '28-0316a2795bff';
const said = (millidegrees: number, right = true): string =>
  `91 01 4b 46 7f ff 0f 10 25 : crc=25 ${right ? 'YES' : 'NO'}\n91 01 4b 46 7f ff 0f 10 25 t=${millidegrees}\n`;

test('a DS18B20 is offline while its readings are refused, and says why', async () => {
  bench.buses.oneWire = () => said(21_437);
  await bench.start({ platform: 'sensor', source: 'ds18b20', address: THERMOMETER, interval: '10s' });
  expect([bench.available, bench.state]).toEqual(['online', '21.44']);
  bench.buses.oneWire = () => said(21_437, false);
  await bench.pass(10_000);
  expect(bench.available).toBe('offline');
  expect(bench.bus.last('pinbus/v1/porch/it/attributes')).toContain('HW_READING_REFUSED');
  bench.buses.oneWire = () => said(-3_062);
  await bench.pass(10_000);
  expect([bench.available, bench.state]).toEqual(['online', '-3.06']);
});

test('an MCP3008 is a voltage, of the reference that the config names', async () => {
  bench.buses.spi(0, 1).peer = () => Buffer.of(0, 2, 0);
  await bench.start({ platform: 'sensor', source: 'mcp3008', channel: 2, chip_select: 1, reference_v: 5 });
  expect(bench.state).toBe('2.500');
});

test.each([
  ['temperature', '25.08'],
  ['pressure', '1006.5'],
])('a BME280 has the quantity %s', async (quantity, state) => {
  const registers = bme280Registers();
  bench.buses.attachI2c(0x77, { read: (register) => registers[register] ?? 0, write: () => {} });
  await bench.start({ platform: 'sensor', source: 'bme280', quantity, address: 0x77 });
  expect(bench.state).toBe(state);
});

test('a chip that does not answer is offline, and stays so alone', async () => {
  await bench.start({ platform: 'sensor', source: 'bme280', quantity: 'humidity' });
  expect(bench.available).toBe('offline');
  expect(bench.bus.last('pinbus/v1/porch/it/attributes')).toContain('HW_NO_ANSWER');
});
