import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { Watchdog } from '../../../../src/agent/lifecycle/watchdog.ts';
import { HandClock } from '../../../rigs/hand-clock.ts';

function rig(watchdog_ms: number | undefined, alive: () => Promise<boolean>) {
  const clock = new HandClock();
  const count = { beats: 0 };
  const nothing = () => undefined;
  const notify = {
    ready: nothing,
    reloading: nothing,
    stopping: nothing,
    status: nothing,
    close: nothing,
    watchdog: () => void (count.beats += 1),
    watchdog_ms,
  };
  return { clock, count, watchdog: new Watchdog(notify, alive, clock, pino({ level: 'silent' })) };
}

describe('Watchdog', () => {
  it('says that the node lives twice in each interval that the manager asks for', async () => {
    const { watchdog, clock, count } = rig(10_000, async () => true);
    watchdog.start();
    await clock.pass(20_000);
    expect(count.beats).toBe(4);
  });

  it('keeps silent while the broker does not answer, and speaks again when it does', async () => {
    let broker_answers = false;
    const { watchdog, clock, count } = rig(10_000, async () => broker_answers);
    watchdog.start();
    await clock.pass(20_000);
    expect(count.beats).toBe(0);
    broker_answers = true;
    await clock.pass(5_000);
    expect(count.beats).toBe(1);
  });

  it('keeps silent while the answer of the broker hangs', async () => {
    const { watchdog, clock, count } = rig(10_000, () => new Promise(() => undefined));
    watchdog.start();
    await clock.pass(20_000);
    expect(count.beats).toBe(0);
  });

  it('takes no timer when nobody watches, and leaves none behind', () => {
    const unwatched = rig(undefined, async () => true);
    unwatched.watchdog.start();
    expect(unwatched.clock.waiting).toBe(0);
    const watched = rig(10_000, async () => true);
    watched.watchdog.start();
    expect(watched.clock.waiting).toBe(1);
    watched.watchdog.stop();
    expect(watched.clock.waiting).toBe(0);
  });
});
