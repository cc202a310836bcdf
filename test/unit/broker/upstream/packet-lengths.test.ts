import { expect, test } from 'vitest';
import { PacketLengths } from '../../../../src/broker/upstream/packet-lengths.ts';

/** A fixed header, and a body of that length that looks like headers of long packets. */
function packet(length: number): Buffer {
  const header = [0x30];
  let rest = length;
  do {
    header.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.concat([Buffer.from(header), Buffer.alloc(length, 0xff)]);
}

test.each([1, 2, 3, 7, 1_000, 100_000])('the longest packet is known, whatever %i bytes come at once', (size) => {
  const lengths = [0, 1, 127, 128, 300, 16_383, 16_384, 5];
  const stream = Buffer.concat(lengths.map(packet));
  const meter = new PacketLengths();
  const found: number[] = [];
  for (let at = 0; at < stream.length; at += size) found.push(meter.longest(stream.subarray(at, at + size)));
  expect(Math.max(...found)).toBe(16_384);
});

test('a length is known before the first byte of the body', () => {
  const meter = new PacketLengths();
  expect(meter.longest(packet(200).subarray(0, 3))).toBe(200);
  expect(meter.longest(Buffer.from([0xff, 0xff]))).toBe(0);
});

test('a length that does not end after four bytes is the longest there is', () => {
  const meter = new PacketLengths();
  expect(meter.longest(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x7f]))).toBe(268_435_455);
});
