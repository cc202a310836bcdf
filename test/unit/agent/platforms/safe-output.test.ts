import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LinuxMachine } from '#hw';
import { configOf, EntityBench, type Entry } from '../../../rigs/entity-bench.ts';

const RELAY = { platform: 'switch', line: 18 };
const HOUR = 3_600_000;

let bench: EntityBench;
beforeEach(() => {
  bench = new EntityBench();
});
afterEach(() => bench.stop());

async function restart(...entries: readonly Entry[]): Promise<void> {
  await bench.stop();
  bench = bench.again();
  await bench.start(...entries);
}

/** As after a kill: nothing was told to stop. */
async function crash(...entries: readonly Entry[]): Promise<void> {
  bench = bench.again();
  await bench.start(...entries);
}

describe('max_on over restarts', () => {
  const LAMP = { ...RELAY, max_on: '10m', on_start: 'restore', on_stop: 'keep' };

  test('what was used up before counts', async () => {
    await bench.start(LAMP);
    await bench.command('ON');
    await bench.pass(400_000);
    await restart(LAMP);
    expect(bench.state).toBe('ON');
    await bench.pass(199_999);
    expect(bench.high(18)).toBe(true);
    await bench.pass(1);
    expect([bench.state, bench.high(18)]).toEqual(['OFF', false]);
  });

  test('a node that crashes again and again does not keep it on', async () => {
    await bench.start(LAMP);
    await bench.command('ON');
    for (let minute = 0; minute < 9; minute += 1) {
      await bench.pass(60_000);
      await crash(LAMP);
    }
    expect(bench.state).toBe('ON');
    await bench.pass(60_000);
    expect(bench.state).toBe('OFF');
  });

  test('one whose time is up is not switched on for a moment', async () => {
    await bench.start(LAMP);
    await bench.command('ON');
    await bench.stop();
    await bench.pass(HOUR);
    bench.world.set(18, false);
    bench = bench.again();
    const levels: boolean[] = [];
    bench.world.watch(18, (high) => levels.push(high));
    await bench.start(LAMP);
    expect([bench.state, levels.includes(true)]).toEqual(['OFF', false]);
  });

  test('a wall clock that went back gives the time once more at most', async () => {
    await bench.start(LAMP);
    await bench.command('ON');
    await bench.pass(300_000);
    bench.clock.setWall(-5 * HOUR);
    await restart(LAMP);
    await bench.pass(599_999);
    expect(bench.state).toBe('ON');
    await bench.pass(1);
    expect(bench.state).toBe('OFF');
  });

  test('a wall clock that is set while it runs moves nothing', async () => {
    await bench.start(LAMP);
    await bench.command('ON');
    await bench.pass(300_000);
    bench.clock.setWall(50 * HOUR);
    await bench.pass(299_999);
    expect(bench.state).toBe('ON');
    await bench.pass(1);
    expect(bench.state).toBe('OFF');
  });

  test('since when it is on is an attribute, while it is on', async () => {
    await bench.start(LAMP);
    expect(bench.attributes).toEqual({});
    await bench.pass(1_500);
    await bench.command('ON');
    expect(bench.attributes).toEqual({ on_since: '1970-01-01T00:00:01.500Z' });
    await bench.command('OFF');
    expect(bench.attributes).toEqual({});
  });
});

describe('min_off and a loss of power', () => {
  const PUMP = { ...RELAY, min_off: '5m', on_start: 'on' };
  const machine = (uptime_s: number) => Object.assign(new LinuxMachine('/nowhere'), { uptime: () => uptime_s });

  test('a machine that is up for less than min_off keeps it off for the rest', async () => {
    bench = new EntityBench({ machine: machine(20) });
    await bench.start(PUMP);
    expect([bench.state, bench.high(18)]).toEqual(['OFF', false]);
    await bench.pass(299_999);
    expect(bench.state).toBe('OFF');
    await bench.pass(1);
    expect([bench.state, bench.high(18)]).toEqual(['ON', true]);
  });

  test('on one that is up for longer only the program was started again', async () => {
    bench = new EntityBench({ machine: machine(400) });
    await bench.start(PUMP);
    expect(bench.state).toBe('ON');
  });

  test('an OFF in the meantime counts', async () => {
    bench = new EntityBench({ machine: machine(20) });
    await bench.start(PUMP);
    await bench.command('OFF');
    await bench.pass(HOUR);
    expect(bench.state).toBe('OFF');
  });
});

describe('on_link_loss', () => {
  const BOILER = { ...RELAY, on_link_loss: { after: '1m', state: 'off' } };

  test('one that is switched on goes off once its commander was gone for so long', async () => {
    await bench.start(BOILER);
    await bench.command('ON');
    await bench.pass(HOUR);
    expect(bench.state).toBe('ON');
    bench.connected.delete('tester');
    await bench.pass(59_000);
    expect(bench.state).toBe('ON');
    await bench.pass(2_000);
    expect([bench.state, bench.high(18)]).toEqual(['OFF', false]);
  });

  test('a commander that comes back in time changes nothing', async () => {
    await bench.start(BOILER);
    await bench.command('ON');
    for (let outage = 0; outage < 5; outage += 1) {
      bench.connected.delete('tester');
      await bench.pass(40_000);
      bench.connected.add('tester');
      await bench.pass(20_000);
    }
    expect(bench.state).toBe('ON');
  });

  test('the one that commanded last counts: a bridge, or what runs in the node', async () => {
    await bench.start(BOILER);
    bench.connected.add('cloud');
    await bench.command('ON');
    bench.bus.deliver(bench.setMessage('ON'), { kind: 'bridge', id: 'cloud' });
    bench.connected.delete('tester');
    await bench.pass(HOUR);
    expect(bench.state).toBe('ON');
    bench.connected.delete('cloud');
    await bench.pass(61_000);
    expect(bench.state).toBe('OFF');
    bench.bus.deliver(bench.setMessage('ON'), { kind: 'agent', id: 'agent' });
    await bench.pass(HOUR);
    expect(bench.state).toBe('ON');
  });

  test('who commands and leaves at once has so long from there, again and again', async () => {
    await bench.start(BOILER);
    bench.connected.clear();
    for (let times = 0; times < 5; times += 1) {
      await bench.command('ON');
      await bench.pass(50_000);
    }
    expect(bench.state).toBe('ON');
    await bench.pass(11_000);
    expect(bench.state).toBe('OFF');
  });

  test('a start that switches it on has nobody behind it', async () => {
    await bench.start({ ...BOILER, on_start: 'on' });
    await bench.pass(59_000);
    expect(bench.state).toBe('ON');
    await bench.pass(1_000);
    expect(bench.state).toBe('OFF');
  });

  test('state on: what must not stand still goes on', async () => {
    await bench.start({ ...RELAY, on_link_loss: { after: '1m', state: 'on' } });
    await bench.command('OFF');
    bench.connected.clear();
    await bench.pass(61_000);
    expect([bench.state, bench.high(18)]).toEqual(['ON', true]);
  });

  test('nothing is watched once it is in its state', async () => {
    await bench.start(BOILER);
    await bench.command('ON');
    const watching = bench.clock.waiting;
    await bench.command('OFF');
    expect(bench.clock.waiting).toBe(watching - 1);
  });
});

describe('on_start keep', () => {
  test.each([true, false])('a line that is %s is taken as it is, and does not move', async (level) => {
    const KEPT = { ...RELAY, on_start: 'keep', on_stop: 'keep' };
    await bench.start(KEPT);
    await bench.command(level ? 'ON' : 'OFF');
    await bench.stop();
    bench = bench.again();
    const levels: boolean[] = [];
    bench.world.watch(18, (high) => levels.push(high));
    await bench.start(KEPT);
    expect([bench.state, bench.high(18), levels]).toEqual([level ? 'ON' : 'OFF', level, []]);
    await bench.command('TOGGLE');
    expect([bench.state, bench.high(18)]).toEqual([level ? 'OFF' : 'ON', !level]);
  });

  test('an active_low line is kept at its level as well', async () => {
    const KEPT = { ...RELAY, active_low: true, on_start: 'keep' };
    await bench.start(KEPT);
    await bench.command('ON');
    await crash(KEPT);
    expect([bench.state, bench.high(18)]).toEqual(['ON', false]);
  });

  test('max_on goes on over it', async () => {
    const KEPT = { ...RELAY, on_start: 'keep', max_on: '10m' };
    await bench.start(KEPT);
    await bench.command('ON');
    await bench.pass(400_000);
    await crash(KEPT);
    expect(bench.state).toBe('ON');
    await bench.pass(200_000);
    expect(bench.state).toBe('OFF');
  });

  test('of two in a group that are on, one goes off', async () => {
    const one = { ...RELAY, id: 'one', on_start: 'keep', interlock: { group: 'motor' } };
    const other = { ...one, id: 'other', line: 23 };
    bench.world.set(18, true);
    bench.world.set(23, true);
    await bench.start(one, other);
    await bench.pass(30_000);
    expect([bench.high(18), bench.high(23)].filter((high) => high === true)).toHaveLength(1);
  });

  test.each(['light', 'fan'])('a %s that is dimmed has none', (platform) => {
    expect(() => configOf({ id: 'it', platform, line: 18, on_start: 'keep' })).toThrow('PWM');
  });
});
