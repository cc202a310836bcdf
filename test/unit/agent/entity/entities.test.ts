import { type DestinationStream, pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LinuxMachine } from '#hw';
import { Entities } from '../../../../src/agent/entity/entities.ts';
import { PLATFORMS } from '../../../../src/agent/platforms/platforms.ts';
import { SimBuses } from '../../../../src/hw/sim/buses.ts';
import { SimDriver } from '../../../../src/hw/sim/driver.ts';
import { configOf, type Entry } from '../../../rigs/entity-bench.ts';
import { HandClock } from '../../../rigs/hand-clock.ts';
import { MemoryBus } from '../../../rigs/memory-bus.ts';
import { turns } from '../../../rigs/turn.ts';

const LAMP = { id: 'lamp', platform: 'switch', line: 23 };
const DOOR = { id: 'door', platform: 'binary_sensor', line: 24, device_class: 'door' };

let bus: MemoryBus;
let clock: HandClock;
let driver: SimDriver;
let entities: Entities;
let logged: { level: number; msg: string }[];
let latencies: number[];

function make(): Entities {
  const stream: DestinationStream = {
    write: (line) => logged.push(JSON.parse(line) as { level: number; msg: string }),
  };
  return new Entities({
    bus,
    node: 'porch',
    driver,
    buses: new SimBuses(),
    machine: new LinuxMachine('/nowhere'),
    links: { isUp: () => true },
    clock,
    log: pino({ level: 'info' }, stream),
    platforms: PLATFORMS,
    recorder: { record: () => {} },
    onLatency: (latency_ms) => latencies.push(latency_ms),
  });
}

const start = (...entries: readonly Entry[]) => entities.start(entries.map(configOf), new AbortController().signal);

beforeEach(() => {
  bus = new MemoryBus();
  clock = new HandClock();
  driver = new SimDriver({ board: 'pi5', clock });
  logged = [];
  latencies = [];
  entities = make();
});

afterEach(() => entities.stop());

const rejected = () => bus.on('pinbus/v1/porch/rejected').map((text) => JSON.parse(text) as Record<string, string>);

describe('commands', () => {
  test('a command moves the pin, and the state says what was read', async () => {
    await start(LAMP);
    bus.send('pinbus/v1/porch/lamp/set', 'ON');
    await turns();
    expect(driver.control.lines()[23]?.high).toBe(true);
    expect(bus.last('pinbus/v1/porch/lamp/state')).toBe('ON');
    expect(latencies).toHaveLength(1);
  });

  test.each([2, 3, 10, 50])('%i commands at once end true', async (count) => {
    await start(LAMP);
    for (let sent = 1; sent <= count; sent += 1) bus.send('pinbus/v1/porch/lamp/set', sent % 2 === 0 ? 'ON' : 'OFF');
    await turns();
    const on = count % 2 === 0;
    expect(driver.control.lines()[23]?.high).toBe(on);
    expect(bus.last('pinbus/v1/porch/lamp/state')).toBe(on ? 'ON' : 'OFF');
  });

  test('a retained command is refused and taken off the bus, before and after the start', async () => {
    bus.send('pinbus/v1/porch/lamp/set', 'ON', true);
    await start(LAMP);
    expect(rejected()).toMatchObject([{ code: 'AGENT_COMMAND_RETAINED', topic: 'pinbus/v1/porch/lamp/set' }]);
    bus.send('pinbus/v1/porch/lamp/set', 'ON', true);
    await turns();
    expect(rejected()).toHaveLength(2);
    expect(rejected()[1]).toMatchObject({ code: 'AGENT_COMMAND_RETAINED', client: 'tester' });
    expect(bus.last('pinbus/v1/porch/lamp/set')).toBeUndefined();
    expect(driver.control.lines()[23]?.high).toBe(false);
  });

  test('taking a retained command off the bus is no command and no fault', async () => {
    await start(LAMP);
    bus.send('pinbus/v1/porch/lamp/set', '', true);
    await turns();
    expect([rejected(), bus.on('pinbus/v1/porch/lamp/set')]).toEqual([[], ['']]);
  });

  test.each([
    ['lamp', 'MAYBE', 'TOPICS_PAYLOAD_NOT_ALLOWED'],
    ['lamp', '', 'TOPICS_PAYLOAD_NOT_ALLOWED'],
    ['door', 'ON', 'AGENT_ENTITY_READ_ONLY'],
    ['attic', 'ON', 'AGENT_ENTITY_UNKNOWN'],
    ['call', 'ON', 'AGENT_ENTITY_UNKNOWN'],
    ['Not-An-Id!', 'ON', 'AGENT_ENTITY_UNKNOWN'],
  ])('%s set to "%s" is answered with %s and changes nothing', async (id, payload, code) => {
    await start(LAMP, DOOR);
    const before = driver.control.lines();
    bus.send(`pinbus/v1/porch/${id}/set`, payload);
    await turns();
    expect(rejected()).toEqual([
      { topic: `pinbus/v1/porch/${id}/set`, code, message: expect.any(String) as string, client: 'tester' },
    ]);
    expect(driver.control.lines()).toEqual(before);
    await clock.pass(1_000);
    bus.send('pinbus/v1/porch/lamp/set', 'ON');
    await turns();
    expect(latencies).toEqual([0]);
  });

  test('a command for a parked line is refused', async () => {
    driver.control.fail(23, 'access_denied');
    await start(LAMP);
    bus.send('pinbus/v1/porch/lamp/set', 'ON');
    expect(rejected()).toMatchObject([{ code: 'AGENT_ENTITY_OFFLINE' }]);
  });

  test('a command that was taken, and that its line did not carry out until it was parked, is answered too', async () => {
    await start(LAMP);
    driver.control.fail(23, 'stuck');
    bus.send('pinbus/v1/porch/lamp/set', 'ON');
    await turns();
    await clock.pass(5_000);
    expect(rejected()).toEqual([]);
    await clock.pass(2_000);
    await turns();
    expect(rejected()).toMatchObject([
      { topic: 'pinbus/v1/porch/lamp/set', code: 'AGENT_ENTITY_OFFLINE', client: 'tester' },
    ]);
    // It comes back as it starts; nobody's command is answered twice, and none has taken half a minute.
    driver.control.fail(23, undefined);
    await clock.pass(60_000);
    bus.send('pinbus/v1/porch/lamp/set', 'ON');
    await turns();
    expect([rejected().length, bus.last('pinbus/v1/porch/lamp/state'), latencies]).toEqual([1, 'ON', [0]]);
  });

  test('a line that fails after its command took effect owes nobody an answer', async () => {
    await start(LAMP);
    bus.send('pinbus/v1/porch/lamp/set', 'ON');
    await turns();
    driver.control.fail(23, 'gone');
    await clock.pass(60_000);
    await turns();
    expect([bus.last('pinbus/v1/porch/lamp/availability'), rejected()]).toEqual(['offline', []]);
  });
});

describe('life', () => {
  test('one that fails to start is offline alone, says why, and is logged once', async () => {
    driver.control.fail(23, 'access_denied');
    await start(LAMP, DOOR);
    expect(bus.last('pinbus/v1/porch/lamp/availability')).toBe('offline');
    expect(bus.last('pinbus/v1/porch/lamp/attributes')).toContain('HW_ACCESS_DENIED');
    expect(bus.last('pinbus/v1/porch/door/availability')).toBe('online');
    await clock.pass(120_000);
    await turns();
    expect(logged.filter(({ level }) => level >= 40)).toHaveLength(1);
    driver.control.fail(23, undefined);
    await clock.pass(30_000);
    await turns();
    expect(bus.last('pinbus/v1/porch/lamp/availability')).toBe('online');
    expect(bus.last('pinbus/v1/porch/lamp/attributes')).toBe('{}');
  });

  test('a start that is called off leaves no line open and no timer behind', async () => {
    const stop = new AbortController();
    const started = entities.start([configOf(LAMP), configOf(DOOR)], stop.signal);
    stop.abort(new Error('called off'));
    await expect(started).rejects.toThrow('called off');
    expect([driver.control.lines()[23]?.consumer, clock.waiting]).toEqual([undefined, 0]);
  });

  test('the check finds within 30 s a pin that something else moved', async () => {
    await start(LAMP);
    driver.control.set(23, true);
    await clock.pass(30_000);
    await turns();
    expect(bus.last('pinbus/v1/porch/lamp/state')).toBe('ON');
  });

  test('refresh says availability and state again', async () => {
    await start(LAMP, DOOR);
    bus.published.length = 0;
    await entities.refresh();
    for (const id of ['lamp', 'door']) {
      expect(bus.on(`pinbus/v1/porch/${id}/availability`)).toEqual(['online']);
      expect(bus.on(`pinbus/v1/porch/${id}/state`)).toEqual(['OFF']);
    }
  });

  test('add makes one that works at once; remove takes its retained messages off the bus', async () => {
    await start(DOOR);
    await entities.add(configOf(LAMP));
    bus.send('pinbus/v1/porch/lamp/set', 'ON');
    await turns();
    expect(entities.list()).toMatchObject([
      { id: 'door' },
      { id: 'lamp', platform: 'switch', state: 'ON', available: true },
    ]);
    await entities.remove('lamp');
    expect([...bus.retained.keys()].filter((topic) => topic.includes('lamp'))).toEqual([]);
    expect(driver.control.lines()[23]?.consumer).toBeUndefined();
  });

  test('an add that can never work leaves nothing behind', async () => {
    await start(DOOR);
    await expect(entities.add(configOf({ ...LAMP, line: 99 }))).rejects.toMatchObject({ code: 'HW_LINE_UNKNOWN' });
    expect(entities.list().map(({ id }) => id)).toEqual(['door']);
    expect([...bus.retained.keys()].filter((topic) => topic.includes('lamp'))).toEqual([]);
    await expect(entities.add(configOf(DOOR))).rejects.toMatchObject({ code: 'AGENT_ENTITY_EXISTS' });
  });

  test('an add whose line is busy is offline until the line is free', async () => {
    await start(DOOR);
    await entities.add(configOf({ ...LAMP, line: 24 }));
    expect(bus.last('pinbus/v1/porch/lamp/availability')).toBe('offline');
    await entities.remove('door');
    await clock.pass(1_000);
    await turns();
    expect(bus.last('pinbus/v1/porch/lamp/availability')).toBe('online');
  });

  test('what entities of an earlier config left on the bus is cleared at the start', async () => {
    bus.send('pinbus/v1/porch/attic/state', 'ON', true);
    bus.send('pinbus/v1/porch/attic/availability', 'online', true);
    bus.send('pinbus/v1/porch/status', 'online', true);
    await start(LAMP);
    expect(bus.last('pinbus/v1/porch/attic/state')).toBeUndefined();
    expect(bus.last('pinbus/v1/porch/attic/availability')).toBeUndefined();
    expect(bus.last('pinbus/v1/porch/status')).toBe('online');
  });

  test('stop puts outputs into their on_stop state, leaves no timer, and takes no more commands', async () => {
    await start(
      { ...LAMP, on_start: 'on' },
      { ...LAMP, id: 'kept', line: 25, on_start: 'on', on_stop: 'keep' },
      { ...LAMP, id: 'fan', line: 26, on_stop: 'on' },
    );
    await entities.stop();
    const high = (line: number) => driver.control.lines()[line]?.high;
    expect([high(23), high(25), high(26)]).toEqual([false, true, true]);
    expect(bus.last('pinbus/v1/porch/lamp/state')).toBe('OFF');
    expect(clock.waiting).toBe(0);
    bus.send('pinbus/v1/porch/lamp/set', 'ON');
    await turns();
    expect(high(23)).toBe(false);
  });

  test('a bus that refuses is logged once and not forgotten', async () => {
    await start(LAMP);
    bus.publish = () => Promise.reject(new Error('disk full'));
    for (let count = 0; count < 5; count += 1) {
      bus.send('pinbus/v1/porch/lamp/set', 'TOGGLE');
      await turns();
    }
    expect(logged.filter(({ msg }) => msg === 'publishing failed')).toHaveLength(1);
  });
});
