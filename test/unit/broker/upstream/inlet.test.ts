import { expect, test } from 'vitest';
import { Inlet, MAXIMUM_PACKET_SIZE } from '../../../../src/broker/upstream/inlet.ts';

/** A PUBLISH of that remaining length, as far as its fixed header. */
function header(length: number): Buffer {
  const bytes = [0x30];
  for (let rest = length; rest > 0 || bytes.length === 1; rest = Math.floor(rest / 128)) {
    bytes.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
  }
  return Buffer.from(bytes);
}

function inlet() {
  const refused: string[] = [];
  return { refused, inlet: new Inlet(({ code, message }) => void refused.push(`${code}: ${message}`)) };
}

test('a packet that is too long is refused before the first byte of its body', () => {
  const { inlet: one, refused } = inlet();
  expect(one.take(header(MAXIMUM_PACKET_SIZE))).toEqual(header(MAXIMUM_PACKET_SIZE));
  one.take(Buffer.alloc(MAXIMUM_PACKET_SIZE, 0xff));
  expect(refused).toEqual([]);
  expect(one.take(header(MAXIMUM_PACKET_SIZE + 1))).toBeUndefined();
  expect(refused).toEqual([
    'UPSTREAM_PROTOCOL: the upstream sent a packet of 16777217 bytes, and 16777216 are allowed',
  ]);
});

test('so is one whose length comes byte by byte', () => {
  const { inlet: one, refused } = inlet();
  for (const byte of header(MAXIMUM_PACKET_SIZE + 1)) one.take(Buffer.of(byte));
  expect(refused).toHaveLength(1);
});

test('a length that does not end after four bytes is the longest there is', () => {
  const { inlet: one, refused } = inlet();
  one.take(Buffer.of(0x30, 0xff, 0xff, 0xff, 0xff, 0x7f));
  expect(refused).toEqual([
    'UPSTREAM_PROTOCOL: the upstream sent a packet of 268435455 bytes, and 16777216 are allowed',
  ]);
});
