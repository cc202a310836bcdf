import type { SimControl } from '#hw';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../../src/agent/config/load.ts';
import { consumption_w, LOADS_W } from '../../../../src/agent/demo/consumption.ts';
import { DAY, REED_CONTACTS } from '../../../../src/agent/demo/day.ts';
import { Demo } from '../../../../src/agent/demo/demo.ts';
import { linesByEntity } from '../../../../src/agent/demo/lines.ts';
import { PULSES_PER_KWH } from '../../../../src/agent/demo/power-meter.ts';
import { whatToTry } from '../../../../src/agent/demo/what-to-try.ts';
import { SimDriver } from '../../../../src/hw/sim/driver.ts';
import { HandClock } from '../../../rigs/hand-clock.ts';

const MINUTE_MS = 60_000;

async function house() {
  const { config, source } = await loadConfig({ env: {}, cwd: '/nonexistent' });
  const clock = new HandClock();
  const driver = new SimDriver({ board: config.hardware.gpio.board, clock });
  const sim = driver.control;
  const lines = linesByEntity(config.entities);
  const lineOf = (entity: string) => lines.get(entity)?.[0] ?? -1;
  // As the entities hold them: an open contact is drawn up.
  for (const contact of REED_CONTACTS) {
    await driver.openInput({ line: lineOf(contact), active_low: false, bias: 'pull_up' });
  }
  await driver.openInput({ line: lineOf('power_meter'), active_low: true, bias: 'pull_up' });
  const told: string[] = [];
  const log = pino({}, { write: (line) => told.push((JSON.parse(line) as { msg: string }).msg) });
  const demo = new Demo({ sim, lines, clock, log });
  return { source, config, driver, sim, lines, lineOf, clock, demo, told };
}

const isHigh = (sim: SimControl, line: unknown) => sim.lines().find(({ offset }) => offset === line)?.high;

describe('the demo', () => {
  it('plays only with what its house has', async () => {
    const { source, lines } = await house();
    expect(source).toBe('demo');
    for (const entity of [...DAY.map((moment) => moment.entity), ...REED_CONTACTS, ...LOADS_W.keys()])
      expect([...lines.keys()]).toContain(entity);
  });

  it('begins with shut doors, opens one for as long as the day says, and says what happens', async () => {
    const { sim, lineOf, clock, demo, told } = await house();
    const door = lineOf('front_door');
    demo.start();
    expect([isHigh(sim, door), told]).toEqual([false, []]);
    await clock.pass(5_000);
    expect([isHigh(sim, door), told]).toEqual([true, ['somebody comes home']]);
    await clock.pass(4_000);
    expect(isHigh(sim, door)).toBe(false);
    demo.stop();
    expect(clock.waiting).toBe(0);
  });

  it('begins again when the day is over', async () => {
    const { sim, lineOf, clock, demo } = await house();
    const seen: boolean[] = [];
    sim.watch(lineOf('mailbox'), (high) => seen.push(high));
    demo.start();
    await clock.pass(15 * MINUTE_MS);
    demo.stop();
    expect(seen.filter((high) => high).length).toBeGreaterThan(3);
  });

  it('has something happen in the first minute in every part of the house', async () => {
    const { clock, demo, told } = await house();
    demo.start();
    await clock.pass(MINUTE_MS);
    demo.stop();
    expect(told).toEqual(DAY.slice(0, 6).map(({ tells }) => tells));
  });

  it('has a power meter that gives a pulse for each 0.1 Wh, as its entity counts them', async () => {
    const { config, driver, sim, lineOf, clock, demo } = await house();
    expect(config.entities.find(({ id }) => id === 'power_meter')).toMatchObject({ pulses_per_unit: PULSES_PER_KWH });
    let pulses = 0;
    sim.watch(lineOf('power_meter'), (high) => (pulses += high ? 0 : 1));
    const counted = async (): Promise<number> => {
      const before = pulses;
      await clock.pass(3 * MINUTE_MS);
      return pulses - before;
    };
    const of = (watts: number): number => (watts * PULSES_PER_KWH) / 1_000 / 20;
    demo.start();
    // 215 W with the refrigerator, 95 W without it, and the pump's 550.
    const standing = [await counted(), await counted()];
    const pump = await driver.openOutput({
      line: lineOf('garden_pump'),
      active_low: false,
      drive: 'push_pull',
      initial: true,
    });
    const pumping = await counted();
    await pump.close();
    demo.stop();
    for (const [index, watts] of [215, 95].entries())
      expect(Math.abs((standing[index] ?? 0) - of(watts))).toBeLessThan(3);
    expect(Math.abs(pumping - of(95 + 550))).toBeLessThan(6);
  });

  it('draws as much for a lamp that is dimmed as its duty says', async () => {
    const { driver, sim, lines, lineOf } = await house();
    await driver.openPwm?.({ line: lineOf('stairs'), frequency_hz: 1_000, initial_duty: 0.2 });
    expect(consumption_w(sim.lines(), lines, 200_000)).toBeCloseTo(95 + 0.2 * 45, 3);
  });

  it('tells somebody at a terminal what to try, with the port where it is not the usual one', () => {
    expect(whatToTry('porch', 1883)).toContain("mosquitto_sub -t 'pinbus/#' -v");
    expect(whatToTry('porch', 1884)).toContain('mosquitto_pub -p 1884 -t pinbus/v1/porch/garden_pump/set -m ON');
  });
});
