import { beforeEach, expect, test } from 'vitest';
import { Episode } from '../../../../src/broker/core/episode.ts';

const QUIET_MS = 60_000;

let episode: Episode;
beforeEach(() => {
  episode = new Episode(QUIET_MS);
});

test('it begins once, and again only after it was quiet for the time', () => {
  expect(episode.begins('a', 0)).toBe(true);
  for (let now_ms = 0; now_ms <= 10 * QUIET_MS; now_ms += 100) expect(episode.begins('a', now_ms)).toBe(false);
  expect(episode.begins('a', 11 * QUIET_MS)).toBe(false);
  expect(episode.begins('a', 12 * QUIET_MS + 1)).toBe(true);
});

test('each key has its own', () => {
  expect(['a', 'b', 'a', 'b'].map((key) => episode.begins(key, 0))).toEqual([true, true, false, false]);
});

test('however many keys there are, those that go on are remembered and the oldest forgotten', () => {
  episode.begins('goes on', 0);
  episode.begins('ended', 0);
  for (let i = 0; i < 2_000; i++) {
    episode.begins(`key ${i}`, i * 2);
    expect(episode.begins('goes on', i * 2)).toBe(false);
  }
  expect(episode.begins('ended', 4_000)).toBe(true);
});
