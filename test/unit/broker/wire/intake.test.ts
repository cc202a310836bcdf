import { expect, test } from 'vitest';
import { LIMITS } from '../../../../src/broker/limits.ts';
import { Intake } from '../../../../src/broker/wire/intake.ts';
import { Strangers } from '../../../../src/broker/wire/strangers.ts';

const PINGREQ = Buffer.from('c000', 'hex');
const publish = (qos: 0 | 1 | 2, packetId: number): Buffer =>
  qos === 0
    ? Buffer.from([0x30, 0x04, 0x00, 0x01, 0x61, packetId])
    : Buffer.from([0x30 | (qos << 1), 0x05, 0x00, 0x01, 0x61, packetId >> 8, packetId & 0xff]);
const taken = (intake: Intake, room: boolean): string[] => {
  const frames: string[] = [];
  for (let frame = intake.next(1e6, room); frame !== undefined; frame = intake.next(1e6, room))
    frames.push(frame.bytes.toString('hex'));
  return frames;
};
const hex = (...packets: Buffer[]): string[] => packets.map((packet) => packet.toString('hex'));

test('without room a message of QoS 1 or 2 waits, all behind it but pings too, and then they come in their order', () => {
  const intake = new Intake(new Strangers());
  const [zero, one, two] = [publish(0, 9), publish(1, 1), publish(2, 2)];
  for (const packet of [zero, one, zero, PINGREQ, two, PINGREQ]) intake.push(packet);
  expect(taken(intake, false)).toEqual(hex(zero, PINGREQ, PINGREQ));
  expect(intake.waits).toBe(true);
  intake.push(zero);
  expect(taken(intake, true)).toEqual(hex(one, zero, two, zero));
  expect(intake.waits).toBe(false);
});

test('what is read for the sake of pings is bounded, and nothing of it is lost', () => {
  const intake = new Intake(new Strangers());
  const most = LIMITS.behind_bytes / 64 + 1_000;
  const messages = Array.from({ length: Math.ceil(most) }, (_unused, at) => publish(1, at));
  intake.push(Buffer.concat([...messages, PINGREQ]));
  expect(taken(intake, false)).toEqual([]);
  expect(intake.full).toBe(true);
  const frames = taken(intake, true);
  expect(frames).toEqual(hex(...messages, PINGREQ));
  expect(intake.full).toBe(false);
});
