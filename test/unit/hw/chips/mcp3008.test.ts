import { expect, test } from 'vitest';
import { mcp3008Request, mcp3008Share, readMcp3008 } from '../../../../src/hw/chips/mcp3008.ts';
import { SimBuses } from '../../../../src/hw/sim/buses.ts';

test('a request is a start bit, single-ended, and three bits of the input', () => {
  expect([0, 1, 5, 7].map((channel) => Buffer.from(mcp3008Request(channel)).toString('hex'))).toEqual([
    '018000',
    '019000',
    '01d000',
    '01f000',
  ]);
});

test('the answer is the last ten bits, whatever comes before them', () => {
  expect(mcp3008Share(Buffer.of(0xff, 0b1111_1000, 0))).toBe(0);
  expect(mcp3008Share(Buffer.of(0x00, 0b0000_0010, 0))).toBe(0.5);
  expect(mcp3008Share(Buffer.of(0xff, 0b1111_1011, 0xff))).toBe(1_023 / 1_024);
});

test('a reading is one message, at a speed that the chip can do at 2.7 V', async () => {
  const buses = new SimBuses();
  const chip = buses.spi(0, 1);
  chip.peer = () => Buffer.of(0, 1, 0);
  expect(await readMcp3008(buses, { bus: 0, chip_select: 1, channel: 3 })).toBe(0.25);
  expect(chip.records).toEqual([{ mode: 0, speed_hz: 1_000_000, sent: Buffer.of(1, 0b1011_0000, 0) }]);
});
