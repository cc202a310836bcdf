import { describe, expect, test } from 'vitest';
import * as ioctl from '../../../../src/hw/cdev/ioctl.ts';
import { readLineEvents } from '../../../../src/hw/cdev/line-event.ts';
import { newLineInfo, readLineInfo } from '../../../../src/hw/cdev/line-info.ts';
import { asIsConfig, inputConfig, outputConfig } from '../../../../src/hw/cdev/line-config.ts';
import { grantedFd, lineRequest } from '../../../../src/hw/cdev/line-request.ts';

test('requests have the numbers that strace shows for libgpiod', () => {
  expect({
    GPIO_GET_CHIPINFO: ioctl.GPIO_GET_CHIPINFO,
    GPIO_V2_GET_LINEINFO: ioctl.GPIO_V2_GET_LINEINFO,
    GPIO_V2_GET_LINE: ioctl.GPIO_V2_GET_LINE,
    GPIO_V2_LINE_SET_CONFIG: ioctl.GPIO_V2_LINE_SET_CONFIG,
    GPIO_V2_LINE_GET_VALUES: ioctl.GPIO_V2_LINE_GET_VALUES,
    GPIO_V2_LINE_SET_VALUES: ioctl.GPIO_V2_LINE_SET_VALUES,
  }).toEqual({
    GPIO_GET_CHIPINFO: 0x8044_b401,
    GPIO_V2_GET_LINEINFO: 0xc100_b405,
    GPIO_V2_GET_LINE: 0xc250_b407,
    GPIO_V2_LINE_SET_CONFIG: 0xc110_b40d,
    GPIO_V2_LINE_GET_VALUES: 0xc010_b40e,
    GPIO_V2_LINE_SET_VALUES: 0xc010_b40f,
  });
});

/** The bytes of a structure that are not zero, as `offset: value` of 32-bit words. */
function words(structure: Buffer): Record<number, number> {
  const offsets = Array.from({ length: structure.length / 4 }, (_, index) => index * 4);
  return Object.fromEntries(
    offsets.map((offset) => [offset, structure.readUInt32LE(offset)]).filter(([, value]) => value !== 0),
  );
}

const PINBUS = { 256: 0x62_6e_69_70, 260: 0x73_75 };

describe('a request', () => {
  test('for an input asks for both edges, the bias and a buffer', () => {
    expect(words(lineRequest([23], inputConfig({ active_low: true, bias: 'pull_up' })))).toEqual({
      0: 23,
      ...PINBUS,
      // ACTIVE_LOW, INPUT, EDGE_RISING, EDGE_FALLING, BIAS_PULL_UP.
      288: 0b1_0011_0110,
      560: 1,
      564: 64,
    });
  });

  test('for an input that the kernel debounces says for how many microseconds', () => {
    const config = inputConfig({ active_low: false, bias: 'as_is', debounce_ms: 12.5 });
    expect(words(config)).toEqual({ 0: 0b11_0100, 8: 1, 32: 3, 40: 12_500, 48: 1 });
  });

  test('for a line as it is names no direction', () => {
    expect(words(asIsConfig({ active_low: true }))).toEqual({ 0: 0b10 });
  });

  test('for an output has its first level in it', () => {
    const config = outputConfig({ active_low: false, drive: 'open_drain' }, true);
    expect(words(lineRequest([17], config))).toEqual({
      0: 17,
      ...PINBUS,
      // OUTPUT, OPEN_DRAIN.
      288: 0b100_1000,
      296: 1,
      320: 2,
      328: 1,
      336: 1,
      560: 1,
      564: 64,
    });
  });

  test('for several outputs has the first level of each in it, by its place', () => {
    const config = outputConfig({ active_low: true, drive: 'push_pull' }, false, true, true);
    expect(words(lineRequest([17, 4, 27], config))).toEqual({
      0: 17,
      4: 4,
      8: 27,
      ...PINBUS,
      // ACTIVE_LOW, OUTPUT.
      288: 0b1010,
      296: 1,
      320: 2,
      328: 0b110,
      336: 0b111,
      560: 3,
      564: 64,
    });
  });

  test('is answered with a descriptor', () => {
    const structure = lineRequest([17], outputConfig({ active_low: false, drive: 'push_pull' }, false));
    structure.writeInt32LE(21, 588);
    expect(grantedFd(structure)).toBe(21);
  });
});

describe('what the kernel says of a line', () => {
  const answer = (name: string, consumer: string, flags: bigint) => {
    const structure = newLineInfo(4);
    structure.write(name, 0);
    structure.write(consumer, 32);
    structure.writeBigUInt64LE(flags, 72);
    return readLineInfo(structure);
  };

  test('is its name, its direction and its holder', () => {
    expect(answer('GPIO4', 'onewire@4', 0b1001n)).toEqual({ name: 'GPIO4', direction: 'out', consumer: 'onewire@4' });
    expect(answer('', '', 0b100n)).toEqual({ name: '', direction: 'in', consumer: undefined });
  });

  test('may be a name that fills its field', () => {
    expect(answer('x'.repeat(32), '', 0n).name).toBe('x'.repeat(32));
  });
});

describe('events', () => {
  const event = (sequence: number, rising: boolean) => {
    const structure = Buffer.alloc(48);
    structure.writeBigUInt64LE(process.hrtime.bigint(), 0);
    structure.writeUInt32LE(rising ? 1 : 2, 8);
    structure.writeUInt32LE(sequence, 20);
    return structure;
  };

  test('are edges on the clock of performance.now()', () => {
    const before = performance.now();
    const { edges, seen } = readLineEvents(Buffer.concat([event(1, true), event(2, false)]), 0);
    expect(edges.map(({ level }) => level)).toEqual([true, false]);
    expect(edges[0]?.at_ms).toBeGreaterThan(before - 0.001);
    expect(edges[1]?.at_ms).toBeLessThan(performance.now());
    expect(seen).toBe(2);
  });

  test('that are missing in the sequence are counted on the one after them', () => {
    const { edges, seen } = readLineEvents(Buffer.concat([event(7, true), event(8, false), event(12, true)]), 2);
    expect(edges.map(({ missed }) => missed)).toEqual([4, undefined, 3]);
    expect(seen).toBe(12);
  });

  test('are not missed when the sequence starts again at zero', () => {
    const { edges } = readLineEvents(Buffer.concat([event(0xffff_ffff, true), event(0, false)]), 0xffff_fffe);
    expect(edges.map(({ missed }) => missed)).toEqual([undefined, undefined]);
  });
});
