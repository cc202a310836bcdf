import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gpioCheck } from '../../src/agent/cli/doctor/gpio.ts';
import { loadConfig } from '../../src/agent/config/load.ts';
import { type BusClient, latest } from '../rigs/bus-client.ts';
import { connectNpmMqtt } from '../rigs/npm-mqtt.ts';
import { Pinbus } from '../rigs/pinbus.ts';
import { until } from '../rigs/until.ts';
import { GpioSim } from './gpio-sim.ts';
import { LevelRecord } from './level-record.ts';

/** A whole program in a kernel that is a program itself, on a machine with other work. */
const START_TIMEOUT_MS = 120_000;

const DOOR = 23;
/** The kernel holds it on a Pi 5. */
const TAKEN = 32;
const BLIND = { open: 16, close: 6 } as const;
const LAMPS = { off: 17, on: 27, restore: 22, keep: 5 } as const;

const lamp = (on_start: keyof typeof LAMPS) => ({
  id: `lamp_${on_start}`,
  platform: 'switch',
  line: LAMPS[on_start],
  on_start,
  on_stop: 'keep',
});

let chip: GpioSim;
let pinbus: Pinbus;
let client: BusClient;
beforeAll(async () => {
  chip = new GpioSim('pi5');
  pinbus = await Pinbus.start({
    config: {
      hardware: { gpio: { driver: 'auto' } },
      entities: [
        {
          id: 'door',
          platform: 'binary_sensor',
          device_class: 'door',
          line: DOOR,
          bias: 'pull_down',
          debounce: '10ms',
        },
        lamp('off'),
        lamp('on'),
        lamp('restore'),
        lamp('keep'),
        {
          id: 'blind',
          platform: 'cover',
          open_line: BLIND.open,
          close_line: BLIND.close,
          open_time: '10m',
          dead_time: '300ms',
        },
        { id: 'taken', platform: 'switch', line: TAKEN },
      ],
    },
  });
  client = await watch();
}, START_TIMEOUT_MS);
afterAll(async () => {
  await client.close();
  await pinbus.dispose();
  chip.remove();
});

async function watch(): Promise<BusClient> {
  const connected = await connectNpmMqtt(pinbus.port, '5');
  await connected.subscribe('pinbus/v1/porch/#');
  return connected;
}

/** Whether the database has it. The node keeps the file locked, so this looks for a row: a topic, then its payload. */
function isStored(entity: string, payload: string): boolean {
  const files = ['pinbus.db', 'pinbus.db-wal'].map((name) => join(pinbus.folder, name));
  return files.some((file) => readFileSync(file).includes(`/${entity}/state${payload}`));
}

const state = (entity: string) => latest(client, `pinbus/v1/porch/${entity}/state`)?.payload;
const becomes = (entity: string, payload: string) => until(`${entity} ${payload}`, () => state(entity) === payload);

describe('the whole node on kernel pins', () => {
  test('an edge on the pin becomes a state on the broker', async () => {
    await becomes('door', 'OFF');
    chip.pull(DOOR, true);
    await becomes('door', 'ON');
    chip.pull(DOOR, false);
    await becomes('door', 'OFF');
  });

  test('a command becomes a level on the pin, and the state follows the pin', async () => {
    await becomes('lamp_off', 'OFF');
    await client.publish('pinbus/v1/porch/lamp_off/set', 'ON');
    await becomes('lamp_off', 'ON');
    expect(chip.high(LAMPS.off)).toBe(true);
    await client.publish('pinbus/v1/porch/lamp_off/set', 'OFF');
    await becomes('lamp_off', 'OFF');
    expect(chip.high(LAMPS.off)).toBe(false);
  });

  test('a cover that turns round switches one relay off, waits, and only then switches the other on', async () => {
    const moves = async (command: string, motion: string) => {
      await client.publish('pinbus/v1/porch/blind/set', command);
      await until(`the blind ${motion}`, () => state('blind')?.includes(`"${motion}"`));
    };
    const record = new LevelRecord(chip, BLIND.open, BLIND.close);
    await moves('OPEN', 'opening');
    await moves('CLOSE', 'closing');
    await moves('STOP', 'stopped');
    expect(record.changes.map(({ line, high }) => ({ line, high }))).toEqual([
      { line: BLIND.open, high: true },
      { line: BLIND.open, high: false },
      { line: BLIND.close, high: true },
      { line: BLIND.close, high: false },
    ]);
    const [, off, on] = record.changes.map(({ at_ms }) => at_ms);
    expect((on ?? 0) - (off ?? 0)).toBeGreaterThanOrEqual(300);
  });

  test('a line that the kernel holds makes its entity offline, and that one alone', async () => {
    const available = (entity: string) => latest(client, `pinbus/v1/porch/${entity}/availability`)?.payload;
    await until('the others to be online', () => available('door') === 'online');
    expect(available('taken')).toBe('offline');
    await pinbus.logged('why', (line) => line['code'] === 'HW_LINE_BUSY');
  });

  test('doctor says which pins these are, and who holds the lines of the config', async () => {
    const loaded = await loadConfig({ file: pinbus.file, env: {}, cwd: pinbus.folder });
    const messages = (await gpioCheck.run({ loaded })).map(({ message }) => message);
    expect(messages[0]).toContain(`pinctrl-rp1 with 54 lines, ${chip.path}: auto chose cdev`);
    expect(messages).toContain('lamp_on: line 27 (GPIO27), out, held by pinbus; the node says ON');
    expect(messages).toContain(`taken: line ${TAKEN} (ETH_RST_N), out, held by "phy-reset"`);
  });

  test('after SIGKILL and a restart each output is at its on_start state', { timeout: START_TIMEOUT_MS }, async () => {
    for (const [entity, payload] of [
      ['lamp_off', 'ON'],
      ['lamp_on', 'OFF'],
      ['lamp_restore', 'ON'],
    ] as const) {
      await client.publish(`pinbus/v1/porch/${entity}/set`, payload, { qos: 1 });
      await becomes(entity, payload);
    }
    // A state that the node itself keeps is written within seconds, to spare the card.
    await until('the state to be on disk', () => isStored('lamp_restore', 'ON'), 10_000);
    await client.publish('pinbus/v1/porch/blind/set', 'OPEN');
    await until('the blind to open', () => chip.high(BLIND.open));
    await client.close();
    await pinbus.kill();
    // A pin of a Pi keeps its level when the kernel takes it from a killed program; gpio-sim's follows its pull.
    for (const line of [LAMPS.keep, BLIND.open]) chip.pull(line, true);
    const record = new LevelRecord(chip, LAMPS.keep, BLIND.open, BLIND.close);
    await pinbus.start();
    client = await watch();
    await becomes('lamp_off', 'OFF');
    await becomes('lamp_on', 'ON');
    await becomes('lamp_restore', 'ON');
    await becomes('lamp_keep', 'ON');
    expect(Object.values(LAMPS).map((line) => chip.high(line))).toEqual([false, true, true, true]);
    await until('the blind to stop', () => state('blind')?.includes('"stopped"'));
    expect(record.changes.map(({ line, high }) => ({ line, high }))).toEqual([{ line: BLIND.open, high: false }]);
  });
});
