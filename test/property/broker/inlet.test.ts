import * as fc from 'fast-check';
import { generate, type Packet, parser } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { Inlet } from '../../../src/broker/upstream/inlet.ts';

const identifier = fc.integer({ min: 1, max: 65_535 });
/** What an upstream of MQTT 5 sends. */
const packet: fc.Arbitrary<Packet> = fc.oneof(
  { weight: 4, arbitrary: identifier.map((messageId) => ({ cmd: 'puback', messageId, reasonCode: 0 }) as const) },
  identifier.map((messageId) => ({ cmd: 'puback', messageId, reasonCode: 0x10 }) as const),
  identifier.map((messageId) => ({ cmd: 'puback', messageId, reasonCode: 0x97 }) as const),
  identifier.map(
    (messageId) => ({ cmd: 'puback', messageId, reasonCode: 0, properties: { reasonString: 'ok' } }) as const,
  ),
  identifier.map((messageId) => ({ cmd: 'pubrec', messageId, reasonCode: 0 }) as const),
  fc.constant({ cmd: 'pingresp' } as const),
  // Bodies that look like PUBACKs, with a remaining length of one byte or two.
  fc.integer({ min: 0, max: 300 }).map(
    (length) =>
      ({
        cmd: 'publish',
        topic: 'lamp',
        payload: Buffer.alloc(length, Buffer.of(0x40, 2)),
        qos: 0,
        retain: false,
        dup: false,
      }) as const,
  ),
);

/** Its shortest form has no reason code (MQTT 5.0, 3.4.2.1). */
function bytesOf(one: Packet): Buffer {
  if (one.cmd === 'puback' && one.reasonCode === 0 && one.properties === undefined) {
    return Buffer.of(0x40, 2, (one.messageId ?? 0) >> 8, (one.messageId ?? 0) & 0xff);
  }
  return generate(one, { protocolVersion: 5 });
}

function read(bytes: Buffer): Packet[] {
  const packets: Packet[] = [];
  const reader = parser({ protocolVersion: 5 });
  reader.on('packet', (one) => packets.push(one));
  reader.parse(bytes);
  return packets;
}

const isTaken = (one: Packet): boolean =>
  one.cmd === 'puback' && [undefined, 0, 0x10].includes(one.reasonCode) && one.properties?.reasonString === undefined;
const nameOf = ({ cmd, messageId, length }: Packet): string => `${cmd} ${messageId} ${length}`;

test('of whatever comes, in whatever pieces, every plain PUBACK is told of once and all else goes on as it was', () => {
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 60 }), fc.array(fc.integer({ min: 1, max: 50 })), (packets, cuts) => {
      const stream = Buffer.concat(packets.map(bytesOf));
      const told: number[] = [];
      const rest: Buffer[] = [];
      const inlet = new Inlet(() => expect.fail('nothing is too long'));
      inlet.onTaken = (identifiers) => void told.push(...identifiers);
      const pieces = [...cuts, stream.length];
      for (let at = 0, piece = 0; at < stream.length; piece++) {
        const end = at + (pieces[piece] ?? stream.length);
        const passed = inlet.take(stream.subarray(at, end));
        if (passed !== undefined) rest.push(passed);
        at = end;
      }
      const whole = read(stream);
      const passed = read(Buffer.concat(rest));
      // What a cut goes through is left to mqtt.js.
      const left = passed.filter(isTaken).map(({ messageId }) => messageId ?? 0);
      const acknowledged = whole.filter(isTaken).map(({ messageId }) => messageId ?? 0);
      expect([...told, ...left].toSorted((a, b) => a - b)).toEqual(acknowledged.toSorted((a, b) => a - b));
      expect(left.length).toBeLessThanOrEqual(cuts.length);
      expect(passed.filter((one) => !isTaken(one)).map(nameOf)).toEqual(
        whole.filter((one) => !isTaken(one)).map(nameOf),
      );
    }),
    { numRuns: 500 },
  );
});
