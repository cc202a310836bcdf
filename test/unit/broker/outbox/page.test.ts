import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { packPage, unpackPage } from '../../../../src/broker/outbox/page.ts';
import type { OutboxRow } from '../../../../src/broker/outbox/row.ts';

const row: fc.Arbitrary<OutboxRow> = fc.record({
  sequence: fc.maxSafeNat(),
  topic: fc.string({ minLength: 1, unit: 'grapheme' }),
  payload: fc.uint8Array(),
  properties: fc.option(fc.record({ c: fc.string({ unit: 'grapheme' }) }).map((stored) => JSON.stringify(stored))),
  qos: fc.constantFrom(0, 1, 2),
  retain: fc.constantFrom(0, 1),
  written_at: fc.maxSafeNat(),
  expires_run_ms: fc.constant(null),
  bytes: fc.nat(),
});

test('rows come out of a page as they went in, in their order', () => {
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      const entries = unpackPage(packPage(rows), 0);
      expect(entries).toHaveLength(rows.length);
      entries.forEach(({ sequence, written_at, bytes, message }, place) => {
        const { topic, payload, properties, qos, retain, ...given } = rows[place] ?? expect.fail();
        expect({ sequence, written_at, bytes, expires_run_ms: null }).toEqual(given);
        expect(message).toMatchObject({ topic, qos, retain: retain === 1 });
        expect(message.payload.equals(payload)).toBe(true);
        const contentType = properties === null ? undefined : (JSON.parse(properties) as { c: string }).c;
        expect(message.properties?.contentType).toBe(contentType);
      });
    }),
  );
});

test('a message has the expiry that remains, a second at least', () => {
  const [given] = fc.sample(row, 1);
  const page = packPage([2_500, 900, 100].map((expires_run_ms) => ({ ...(given ?? expect.fail()), expires_run_ms })));
  const left = unpackPage(page, 500).map(({ message }) => message.properties?.messageExpiryInterval);
  expect(left).toEqual([2, 1, 1]);
});
