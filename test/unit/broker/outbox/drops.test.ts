import { beforeEach, expect, test } from 'vitest';
import { Drops } from '../../../../src/broker/outbox/drops.ts';
import { keptLog } from '../../../rigs/database.ts';

let kept: ReturnType<typeof keptLog>;
let drops: Drops;
beforeEach(() => {
  kept = keptLog();
  drops = new Drops(kept.log);
});

test('counts by reason', () => {
  drops.add('max_bytes', 3, 1, 2, 0);
  drops.add('max_bytes', 4, 1, 2, 0);
  drops.add('expired', 1, 1, 2, 0);
  drops.add('max_age', 0, Number.POSITIVE_INFINITY, 0, 0);
  expect(drops.counts).toMatchObject({ max_bytes: 7, expired: 1, max_age: 0 });
});

test('an episode is logged when it begins and, with how many and from when to when, once it is over', () => {
  for (let second = 0; second < 100; second++) {
    drops.add('max_bytes', 10, second * 1000, second * 1000 + 500, second * 1000);
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
  drops.add('max_bytes', 1, 1, 1, 200_000);
  expect(kept.lines).toHaveLength(3);
});
