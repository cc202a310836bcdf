import { expect, test } from 'vitest';
import { Framer } from '../../../../src/broker/wire/framer.ts';
import { seeded } from '../../../rigs/seeded.ts';

const packet = (size: number, fill: number): Buffer => {
  const length: number[] = [];
  for (let rest = size; ; rest >>>= 7) {
    length.push(rest >= 0x80 ? (rest & 0x7f) | 0x80 : rest);
    if (rest < 0x80) break;
  }
  return Buffer.concat([Buffer.from([0x30, ...length]), Buffer.alloc(size, fill)]);
};

test('packets come out whole however the stream is cut', () => {
  const random = seeded(7);
  for (let round = 0; round < 200; round++) {
    const packets = Array.from({ length: 20 }, (_, i) => packet(Math.floor(random() ** 4 * 40_000), i));
    const stream = Buffer.concat(packets);
    const framer = new Framer();
    const got: Buffer[] = [];
    for (let at = 0; at < stream.length; ) {
      const end = at + 1 + Math.floor(random() ** 3 * 5_000);
      framer.push(stream.subarray(at, end));
      at = end;
      for (let frame = framer.next(1e6); frame !== undefined; frame = framer.next(1e6))
        got.push(Buffer.from(frame.bytes));
    }
    expect(got.map((bytes) => bytes.toString('latin1'))).toEqual(packets.map((bytes) => bytes.toString('latin1')));
    expect(framer.held).toBe(0);
  }
});

test('packets of one chunk are views of it; only what comes in pieces is copied', () => {
  const chunk = Buffer.concat([packet(10, 1), packet(200, 2), packet(3, 3)]);
  const framer = new Framer();
  framer.push(chunk.subarray(0, -2));
  const views = [framer.next(1e6), framer.next(1e6)].map((frame) => frame?.bytes);
  expect(views.map((bytes) => bytes?.byteOffset)).toEqual([chunk.byteOffset, chunk.byteOffset + 12]);
  framer.push(chunk.subarray(-2));
  const pieced = framer.next(1e6)?.bytes;
  expect(pieced?.byteOffset).not.toBe(chunk.byteOffset + 12 + 203);
  expect(pieced?.equals(packet(3, 3))).toBe(true);
});

test('a length above the maximum is refused by the header alone, five bytes of length too', () => {
  const framer = new Framer();
  framer.push(Buffer.from([0x30, 0xff, 0x7f]));
  expect(() => framer.next(1_000)).toThrow('16386 bytes, 1000 allowed');
  const longer = new Framer();
  longer.push(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x01]));
  expect(() => longer.next(1e9)).toThrow('more than 4 bytes');
});
