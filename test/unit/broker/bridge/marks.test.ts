import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { timeOf } from '../../../../src/broker/bridge/marks.ts';
import type { OutboxEntry } from '../../../../src/broker/outbox/outbox.ts';

const writtenAt = (written_at: number): OutboxEntry => ({
  sequence: 1,
  message: { topic: 'lamp', payload: Buffer.alloc(0), qos: 1, retain: false },
  written_at,
  bytes: 1,
});

test('times are written as the standard has them, whatever came before', () => {
  const aSecond = fc.integer({ min: 1_795_000_000_000, max: 1_795_000_001_500 });
  const any = fc.integer({ min: -1e14, max: 1e14 });
  fc.assert(
    fc.property(fc.array(fc.oneof(aSecond, any)), (times) => {
      expect(times.map((at) => timeOf(writtenAt(at)))).toEqual(times.map((at) => new Date(at).toISOString()));
    }),
  );
});
