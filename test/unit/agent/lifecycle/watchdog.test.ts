import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { Watchdog } from '../../../../src/agent/lifecycle/watchdog.ts';

function rig(watchdog_ms: number | undefined, alive: () => Promise<boolean>) {
  const due: { at: number; callback: () => void }[] = [];
  let now = 0;
  let beats = 0;
  const clock = {
    now: () => now,
    monotonic: () => now,
    after: (delay_ms: number, callback: () => void) => {
      const timer = { at: now + delay_ms, callback };
      due.push(timer);
      return () => void due.splice(due.indexOf(timer), 1);
    },
  };
  const notify = {
    ready: () => undefined,
    reloading: () => undefined,
    stopping: () => undefined,
    status: () => undefined,
    watchdog: () => void (beats += 1),
    watchdog_ms,
    close: () => undefined,
  };
  const watchdog = new Watchdog(notify, alive, clock, pino({ level: 'silent' }));
  return {
    watchdog,
    due,
    beats: () => beats,
    async advance(to: number) {
      for (let timer = due[0]; timer !== undefined && timer.at <= to; timer = due[0]) {
        due.shift();
        now = timer.at;
        timer.callback();
        await Promise.resolve();
        await Promise.resolve();
      }
      now = to;
    },
  };
}

describe('Watchdog', () => {
  it('says that the node lives twice in each interval that the manager asks for', async () => {
    const { watchdog, advance, beats } = rig(10_000, async () => true);
    watchdog.start();
    await advance(20_000);
    expect(beats()).toBe(4);
  });

  it('keeps silent while the broker does not answer, and speaks again when it does', async () => {
    let broker_answers = false;
    const { watchdog, advance, beats } = rig(10_000, async () => broker_answers);
    watchdog.start();
    await advance(20_000);
    expect(beats()).toBe(0);
    broker_answers = true;
    await advance(25_000);
    expect(beats()).toBe(1);
  });

  it('keeps silent while the answer of the broker hangs', async () => {
    const { watchdog, advance, beats } = rig(10_000, () => new Promise(() => undefined));
    watchdog.start();
    await advance(20_000);
    expect(beats()).toBe(0);
  });

  it('takes no timer when nobody watches, and leaves none behind', () => {
    const unwatched = rig(undefined, async () => true);
    unwatched.watchdog.start();
    expect(unwatched.due).toEqual([]);
    const watched = rig(10_000, async () => true);
    watched.watchdog.start();
    watched.watchdog.stop();
    expect(watched.due).toEqual([]);
  });
});
