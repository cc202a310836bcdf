import { expect, test } from 'vitest';
import { Publication } from '../../../../src/broker/core/publication.ts';

const message = { topic: 'a', payload: Buffer.from('x'), qos: 1, retain: true } as const;
const origin = { kind: 'agent', id: '' } as const;

test('subscribers of one kind share a frame; identifiers and another grant make their own', () => {
  const publication = new Publication(message, origin);
  const shared = publication.frame(4, { qos: 1, retain: false });
  expect(publication.frame(3, { qos: 1, retain: false })).toBe(shared);
  expect(publication.frame(5, { qos: 1, retain: false })).not.toBe(shared);
  expect(publication.frame(4, { qos: 0, retain: false })).not.toBe(shared);
  expect(publication.frame(5, { qos: 1, retain: false, identifiers: [7] })).not.toBe(
    publication.frame(5, { qos: 1, retain: false }),
  );
  expect(publication.frame(4, { qos: 1, retain: false, identifiers: [7] })).toStrictEqual(shared);
});

test('whole seconds of the expiry are left, and none after it', () => {
  const expiring = new Publication({ ...message, properties: { messageExpiryInterval: 10 } }, origin);
  expect(expiring.remaining_s(expiring.received_ms + 999)).toBe(10);
  expect(expiring.remaining_s(expiring.received_ms + 1_001)).toBe(9);
  expect(expiring.remaining_s(expiring.received_ms + 10_001)).toBe(0);
  expect(new Publication(message, origin).remaining_s()).toBeUndefined();
});

test('live subscribers see it without the retain flag', () => {
  const publication = new Publication(message, origin);
  expect(publication.live).toEqual({ ...message, retain: false });
  expect(publication.live).toBe(publication.live);
});
