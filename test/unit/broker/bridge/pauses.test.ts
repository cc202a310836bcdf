import { describe, expect, test } from 'vitest';
import { backoff } from '../../../../src/broker/bridge/backoff.ts';
import { Breaker } from '../../../../src/broker/bridge/breaker.ts';
import { Rate } from '../../../../src/broker/bridge/rate.ts';
import { BRIDGE_TIMES } from '../../../../src/broker/bridge/times.ts';
import { milliseconds } from '../../../../src/topics/index.ts';

describe('the pause after a failure', () => {
  test('is anything from nothing to a bound that doubles up to the cap', () => {
    expect(backoff('UPSTREAM_CLOSED', 1, BRIDGE_TIMES, 0)).toBe(0);
    const longest = [1, 2, 3, 7, 1000].map((failures) => backoff('UPSTREAM_CLOSED', failures, BRIDGE_TIMES, 1));
    expect(longest).toEqual([1_000, 2_000, 4_000, 60_000, 60_000]);
  });

  test.each(['UPSTREAM_NOT_AUTHORIZED', 'UPSTREAM_CLIENT_CERTIFICATE'])(
    'is far longer after %s, and half of it is certain',
    (code) => {
      const shortest = [1, 2, 5, 1000].map((failures) => backoff(code, failures, BRIDGE_TIMES, 0));
      expect(shortest).toEqual([30_000, 60_000, 450_000, 450_000]);
      expect(backoff(code, 1000, BRIDGE_TIMES, 1)).toBe(900_000);
    },
  );
});

describe('the breaker', () => {
  const fail = (breaker: Breaker) => breaker.run(() => Promise.reject(new Error('down'))).catch(() => {});
  test('opens after five failures, rests, and closes with a success', async () => {
    const states: string[] = [];
    const breaker = new Breaker({ reset: milliseconds(20) }, () => states.push(breaker.state));
    for (let i = 0; i < 5; i++) {
      expect(breaker.state).toBe('closed');
      await fail(breaker);
    }
    expect(breaker.state).toBe('open');
    await expect(breaker.run(() => Promise.resolve('not run'))).rejects.toThrow();
    await breaker.ready(new AbortController().signal);
    expect(breaker.state).toBe('half_open');
    expect(await breaker.run(() => Promise.resolve('up'))).toBe('up');
    expect(states).toEqual(['open', 'half_open', 'closed']);
    breaker.stop();
  });

  test('waiting for it ends with the signal', async () => {
    const breaker = new Breaker({ reset: milliseconds(60_000) }, () => {});
    for (let i = 0; i < 5; i++) await fail(breaker);
    const stop = new AbortController();
    const waiting = breaker.ready(stop.signal);
    stop.abort(new Error('stop'));
    await expect(waiting).rejects.toThrow('stop');
    breaker.stop();
  });
});

test('a rate is right while it lasts and fades when it ends', () => {
  const rate = new Rate();
  for (let ms = 0; ms < 60_000; ms += 10) rate.add(5, ms);
  expect(rate.perSecond(60_000)).toBeGreaterThan(490);
  expect(rate.perSecond(60_000)).toBeLessThan(510);
  expect(rate.perSecond(120_000)).toBeLessThan(1);
});
