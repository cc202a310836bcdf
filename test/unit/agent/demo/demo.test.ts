import { openDriver, type SimControl } from '#hw';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../../src/agent/config/load.ts';
import { DAY, REED_CONTACTS } from '../../../../src/agent/demo/day.ts';
import { Demo } from '../../../../src/agent/demo/demo.ts';
import { firstLines } from '../../../../src/agent/demo/lines.ts';
import { whatToTry } from '../../../../src/agent/demo/what-to-try.ts';
import { HandClock } from '../../../rigs/hand-clock.ts';

async function house() {
  const { config, source } = await loadConfig({ env: {}, cwd: '/nonexistent' });
  const { driver, sim } = await openDriver(config.hardware.gpio);
  if (sim === undefined) throw new Error('the demo is not on simulated pins');
  const lines = firstLines(config.entities);
  // As the entities hold them: an open contact is drawn up.
  for (const contact of REED_CONTACTS) {
    await driver.openInput({ line: lines.get(contact) ?? -1, active_low: false, bias: 'pull_up' });
  }
  return { source, sim, lines, clock: new HandClock() };
}

const isHigh = (sim: SimControl, line: unknown) => sim.lines().find(({ offset }) => offset === line)?.high;

describe('the demo', () => {
  it('plays only with what its house has', async () => {
    const { source, lines } = await house();
    expect(source).toBe('demo');
    for (const entity of [...DAY.map((moment) => moment.entity), ...REED_CONTACTS])
      expect([...lines.keys()]).toContain(entity);
  });

  it('begins with shut doors, and opens one for as long as the day says', async () => {
    const { sim, lines, clock } = await house();
    const demo = new Demo(sim, lines, clock);
    const door = lines.get('front_door');
    demo.start();
    expect(isHigh(sim, door)).toBe(false);
    await clock.pass(5_000);
    expect(isHigh(sim, door)).toBe(true);
    await clock.pass(4_000);
    expect(isHigh(sim, door)).toBe(false);
    demo.stop();
    expect(clock.waiting).toBe(0);
  });

  it('begins again when the day is over', async () => {
    const { sim, lines, clock } = await house();
    const seen: boolean[] = [];
    sim.watch(lines.get('mailbox') ?? -1, (high) => seen.push(high));
    const demo = new Demo(sim, lines, clock);
    demo.start();
    await clock.pass(15 * 60_000);
    demo.stop();
    expect(seen.filter((high) => high).length).toBeGreaterThan(3);
  });

  it('tells somebody at a terminal what to try, with the port where it is not the usual one', () => {
    expect(whatToTry('porch', 1883)).toContain("mosquitto_sub -t 'pinbus/#' -v");
    expect(whatToTry('porch', 1884)).toContain('mosquitto_pub -p 1884 -t pinbus/v1/porch/porch_lamp/set -m ON');
  });
});
