import { describe, expect, test } from 'vitest';
import { Patience, WAIT_MS } from '../../../../src/broker/store/patience.ts';

/** What a commit takes, in milliseconds. */
const COMMIT_MS = 1;

interface Figures {
  readonly commits: number;
  readonly waits: number;
  readonly calls: number;
}

/** Calls at those times, and as many of those who write again as soon as they are answered. */
function run(times_ms: readonly number[], waiting: number, duration_ms: number): Figures {
  const patience = new Patience();
  const coming = [...times_ms];
  let [now_ms, commits, waits, calls, back] = [1_000, 0, 0, 0, waiting];
  const arrived = (until_ms: number): number => {
    let count = 0;
    while ((coming[0] ?? Number.POSITIVE_INFINITY) + 1_000 <= until_ms) {
      coming.shift();
      count += 1;
    }
    return count;
  };
  while (now_ms < duration_ms + 1_000) {
    let there = arrived(now_ms) + back;
    back = 0;
    if (there === 0) {
      now_ms += 0.1;
      continue;
    }
    if (patience.waits(now_ms)) {
      waits += 1;
      const early = there + arrived(now_ms + WAIT_MS / 2);
      now_ms += WAIT_MS;
      const late = arrived(now_ms);
      patience.waited(early, late);
      there = early + late;
    }
    now_ms += COMMIT_MS;
    commits += 1;
    calls += there;
    back = waiting;
  }
  return { commits, waits, calls };
}

const every = (ms: number, at_once: number, duration_ms: number): number[] =>
  Array.from({ length: Math.floor(duration_ms / ms) }, (_, index) => index * ms).flatMap((at) =>
    Array.from({ length: at_once }, () => at),
  );
const SECONDS = 10_000;

describe('writes that keep coming though none is answered share commits', () => {
  test.each([
    ['a thousand a second, evenly', 1, 1],
    ['a thousand a second, ten at once', 10, 10],
    ['three hundred a second', 3.3, 1],
  ])('%s', (_, ms, at_once) => {
    const { commits, calls } = run(every(ms, at_once, SECONDS), 0, SECONDS);
    // The first half of a second goes by before it is tried.
    expect(commits).toBeLessThan(SECONDS / WAIT_MS + 600);
    expect(calls).toBeGreaterThan((at_once / ms) * SECONDS * 0.95);
  });
});

describe('nobody waits in vain', () => {
  test.each([1, 20, 500])('%d who each wait for their answer lose less than a twentieth', (waiting) => {
    const { commits, waits } = run([], waiting, SECONDS);
    expect(waits * WAIT_MS).toBeLessThan(SECONDS / 20);
    expect(commits).toBeGreaterThan((SECONDS / COMMIT_MS) * 0.9);
  });

  test('nor do they when others write a little beside them', () => {
    const { commits } = run(every(10, 1, SECONDS), 20, SECONDS);
    expect(commits).toBeGreaterThan((SECONDS / COMMIT_MS) * 0.9);
  });

  test('who writes now and then is never made to wait', () => {
    expect(run(every(100, 1, SECONDS), 0, SECONDS).waits).toBe(0);
  });

  test('and when the others end, the next ones do not either', () => {
    const { commits } = run(every(1, 1, SECONDS / 2), 1, SECONDS);
    expect(commits).toBeGreaterThan((SECONDS / 2 / COMMIT_MS) * 0.9);
  });
});
