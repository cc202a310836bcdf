import { describe, expect, test } from 'vitest';
import { asHistory } from '../../../../src/broker/bridge/history.ts';
import { TokenBucket } from '../../../../src/broker/bridge/token-bucket.ts';
import type { OutboxEntry } from '../../../../src/broker/outbox/outbox.ts';

const entry = (payload: string | Buffer): OutboxEntry => ({
  sequence: 7,
  message: { topic: 'lamp/state', payload: Buffer.from(payload), qos: 1, retain: true },
  written_at: 0,
  bytes: 1,
});

describe('a message that is replayed', () => {
  test('is never retained, whatever it was', () => {
    for (const to of ['properties', 'envelope', 'topic'] as const) {
      for (const protocol of [4, 5] as const) expect(asHistory(entry('ON'), 'porch', to, protocol).retain).toBe(false);
    }
  });

  test('keeps topic and payload where properties say what it is', () => {
    const message = asHistory(entry('ON'), 'porch', 'properties', 5);
    expect([message.topic, message.payload.toString()]).toEqual(['lamp/state', 'ON']);
  });

  test('goes to a topic of its own', () => {
    expect(asHistory(entry('ON'), 'porch', 'topic', 4)).toMatchObject({ topic: 'lamp/state/history' });
  });

  test('is in an envelope by choice, and always with 3.1.1, where nothing else could say it', () => {
    for (const message of [
      asHistory(entry('ON'), 'porch', 'envelope', 5),
      asHistory(entry('ON'), 'porch', 'properties', 4),
    ]) {
      expect(JSON.parse(message.payload.toString())).toEqual({
        id: 'porch:7',
        ts: '1970-01-01T00:00:00.000Z',
        historic: true,
        payload: 'ON',
      });
    }
  });

  test('that is no text is in base64, and says so', () => {
    const { payload } = asHistory(entry(Buffer.from([0xff, 0])), 'porch', 'envelope', 5);
    expect(JSON.parse(payload.toString())).toMatchObject({ payload: '/wA=', encoding: 'base64' });
  });
});

describe('a token bucket', () => {
  test('lets the burst through at once, then the rate', () => {
    const bucket = new TokenBucket(10, 3, 0);
    const taken = (now_ms: number) => {
      let count = 0;
      while (bucket.take(now_ms)) count++;
      return count;
    };
    expect(taken(0)).toBe(3);
    expect(bucket.wait_ms(0)).toBe(100);
    expect(taken(99)).toBe(0);
    expect(taken(100)).toBe(1);
    expect(taken(1_000)).toBe(3);
    expect(bucket.wait_ms(60_000)).toBe(0);
  });

  test('below one a second still comes to one', () => {
    const bucket = new TokenBucket(1, 1, 0);
    expect(bucket.take(0)).toBe(true);
    expect(bucket.take(500)).toBe(false);
    expect(bucket.take(1_000)).toBe(true);
  });
});
