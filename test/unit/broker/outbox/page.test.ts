import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { packPage, unpackPage } from '../../../../src/broker/outbox/page.ts';
import type { OutboxRow } from '../../../../src/broker/outbox/row.ts';

const properties: fc.Arbitrary<string | null> = fc.option(
  fc.string({ unit: 'grapheme' }).map((c) => JSON.stringify({ c })),
);
const row: fc.Arbitrary<OutboxRow> = fc.tuple(
  fc.maxSafeNat(),
  fc.string({ minLength: 1, unit: 'grapheme' }),
  fc.uint8Array(),
  properties,
  fc.constantFrom(0, 1, 2),
  fc.constantFrom(0, 1),
  fc.maxSafeNat(),
  fc.constant(null),
  fc.nat(),
  fc.constant(null),
);

test('rows come out of a page as they went in, in their order', () => {
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      const { entries, damaged } = unpackPage(packPage(rows), 0);
      expect(damaged).toEqual([]);
      expect(entries).toHaveLength(rows.length);
      entries.forEach((entry, place) => {
        const [sequence, topic, payload, properties, qos, retain, written_at, , bytes] = rows[place] ?? expect.fail();
        const { message } = entry;
        expect(entry).toMatchObject({ sequence, written_at, bytes });
        expect(message).toMatchObject({ topic, qos, retain: retain === 1 });
        expect(message.payload.equals(payload)).toBe(true);
        const contentType = properties === null ? undefined : (JSON.parse(properties) as { c: string }).c;
        expect(message.properties?.contentType).toBe(contentType);
      });
    }),
  );
});

test('a message has the expiry that remains, a second at least', () => {
  const expiring = (at_run_ms: number): OutboxRow => [1, 'lamp', new Uint8Array(), null, 1, 0, 0, at_run_ms, 70, null];
  const page = packPage([2_500, 900, 100].map(expiring));
  const left = unpackPage(page, 500).entries.map(({ message }) => message.properties?.messageExpiryInterval);
  expect(left).toEqual([2, 1, 1]);
});
