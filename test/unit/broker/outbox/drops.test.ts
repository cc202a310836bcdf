import { beforeEach, expect, test } from 'vitest';
import { Drops } from '../../../../src/broker/outbox/drops.ts';
import { keptLog } from '../../../rigs/database.ts';

let kept: ReturnType<typeof keptLog>;
let drops: Drops;
beforeEach(() => {
  kept = keptLog();
  drops = new Drops(kept.log);
});

test('counts by reason and by class', () => {
  drops.add('max_bytes', { class: 'telemetry', messages: 3, first_at: 1, last_at: 2 }, 0);
  drops.add('max_bytes', { class: 'telemetry', messages: 4, first_at: 1, last_at: 2 }, 0);
  drops.add('expired', { class: 'telemetry', messages: 1, first_at: 1, last_at: 2 }, 0);
  drops.add('max_age', { class: 'telemetry', messages: 0, first_at: Number.POSITIVE_INFINITY, last_at: 0 }, 0);
  drops.add('max_bytes', { class: 'state', messages: 2, first_at: 1, last_at: 2 }, 0);
  expect(drops.counts).toMatchObject({ max_bytes: 9, expired: 1, max_age: 0 });
  expect(drops.of('telemetry')).toMatchObject({ max_bytes: 7, expired: 1 });
  expect(drops.of('state')).toMatchObject({ max_bytes: 2, expired: 0 });
});

test('an episode is logged when it begins and, with how many and from when to when, once it is over', () => {
  for (let second = 0; second < 100; second++) {
    drops.add(
      'max_bytes',
      { class: 'telemetry', messages: 10, first_at: second * 1000, last_at: second * 1000 + 500 },
      second * 1000,
    );
    drops.closeEpisodes(second * 1000);
  }
  expect(kept.lines).toHaveLength(1);
  drops.closeEpisodes(99_000 + 60_000);
  expect(kept.lines).toHaveLength(2);
  expect(kept.lines[1]).toMatchObject({
    reason: 'max_bytes',
    messages: 1000,
    from: '1970-01-01T00:00:00.000Z',
    to: '1970-01-01T00:01:39.500Z',
  });
  drops.add('max_bytes', { class: 'telemetry', messages: 1, first_at: 1, last_at: 1 }, 200_000);
  expect(kept.lines).toHaveLength(3);
});

test('of each class and reason the last episode is known, with whether it is over', () => {
  const add = (reason: 'max_bytes' | 'expired', messages: number, at: number, now_ms: number) =>
    drops.add(reason, { class: 'telemetry', messages, first_at: at, last_at: at + 5 }, now_ms);
  add('max_bytes', 3, 100, 0);
  add('expired', 1, 50, 1_000);
  add('max_bytes', 2, 90, 1_000);
  expect(drops.episodes).toMatchObject([
    { class: 'telemetry', reason: 'max_bytes', messages: 5, first_at: 90, last_at: 105, over: false },
    { class: 'telemetry', reason: 'expired', messages: 1, first_at: 50, last_at: 55, over: false },
  ]);
  drops.closeEpisodes(61_000);
  expect(drops.episodes.map(({ over }) => over)).toEqual([true, true]);
  add('max_bytes', 7, 400, 100_000);
  expect(drops.episodes).toMatchObject([
    { reason: 'expired', over: true },
    { reason: 'max_bytes', messages: 7, first_at: 400, over: false },
  ]);
  expect(drops.counts).toMatchObject({ max_bytes: 12 });
});

test('what a bridge that left the config was owed is an episode as well, which its keeper has logged', () => {
  drops.add('bridge_removed', { class: 'state', messages: 3, first_at: 1, last_at: 2 }, 0);
  drops.closeEpisodes(Number.POSITIVE_INFINITY);
  expect(drops.episodes).toMatchObject([{ reason: 'bridge_removed', messages: 3, over: true }]);
  expect(kept.lines).toEqual([]);
});
