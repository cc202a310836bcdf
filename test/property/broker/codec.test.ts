import * as fc from 'fast-check';
import { generate, type IPublishPacket, type Packet, parser } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { UnknownProtocol } from '../../../src/broker/wire/codec/connect.ts';
import { decode } from '../../../src/broker/wire/codec/decode.ts';
import { encodePublish, headWithId } from '../../../src/broker/wire/codec/publish.ts';
import { ProtocolFault } from '../../../src/broker/wire/fault.ts';
import { Framer } from '../../../src/broker/wire/framer.ts';
import { malformed } from '../../rigs/malformed.ts';
import { seeded } from '../../rigs/seeded.ts';

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((value) => !value.includes('\0'));
const qos = fc.constantFrom(0 as const, 1 as const, 2 as const);
const properties = fc.record(
  {
    payloadFormatIndicator: fc.boolean(),
    messageExpiryInterval: fc.nat(0xffff_ffff),
    // Its length, and that of all properties, take one byte, two or three.
    contentType: fc.oneof(
      text,
      fc.integer({ min: 60, max: 20_000 }).map((length) => 'x'.repeat(length)),
    ),
    responseTopic: text,
    correlationData: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  },
  { requiredKeys: [] },
);

function parse(bytes: Buffer, version: 4 | 5): Packet[] {
  const packets: Packet[] = [];
  const reader = parser({ protocolVersion: version });
  reader.on('packet', (packet) => packets.push(packet));
  reader.parse(bytes);
  return packets;
}

test('what we encode, another implementation reads as the same PUBLISH', () => {
  fc.assert(
    fc.property(
      text,
      fc.uint8Array({ maxLength: 9_000 }),
      qos,
      fc.boolean(),
      properties,
      fc.nat(65_534),
      (topic, bytes, qos, retain, properties, id) => {
        const payload = Buffer.from(bytes);
        for (const version of [4, 5] as const) {
          const frame = encodePublish(version, topic, payload, properties, { qos, retain });
          const head = qos === 0 ? frame.head : headWithId(frame, id + 1, true);
          const whole = Buffer.concat([head, frame.payload ?? Buffer.alloc(0)]);
          expect(whole).toHaveLength(frame.size);
          const [packet] = parse(whole, version);
          expect(packet).toMatchObject({ cmd: 'publish', topic, qos, retain, dup: qos > 0 });
          const publish = packet as IPublishPacket;
          expect(Buffer.compare(Buffer.from(publish.payload), payload)).toBe(0);
          expect(publish.messageId).toBe(qos === 0 ? undefined : id + 1);
          if (version === 5) expect(publish.properties ?? {}).toEqual(properties);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('what another implementation encodes, we read as the same PUBLISH', () => {
  fc.assert(
    fc.property(text, fc.uint8Array({ maxLength: 500 }), qos, properties, (topic, bytes, qos, properties) => {
      const payload = Buffer.from(bytes);
      const bytesOf = generate(
        { cmd: 'publish', topic, payload, qos, retain: true, dup: false, messageId: 7, properties },
        { protocolVersion: 5 },
      );
      const framer = new Framer();
      framer.push(bytesOf);
      const frame = framer.next(1e6);
      if (frame === undefined) throw new Error('no frame');
      const packet = decode(frame.bytes, frame.bodyAt, { version: 5, bridge: false });
      const expected = { type: 'publish', topic, payload, qos, retain: true, packetId: qos === 0 ? 0 : 7 };
      expect(packet).toMatchObject(expected);
      expect(('properties' in packet ? packet.properties : undefined) ?? {}).toEqual(properties);
    }),
    { numRuns: 300 },
  );
});

test('100,000 malformed packets are read or refused with a reason, and nothing else is thrown', () => {
  const outcomes = { read: 0, refused: 0 };
  for (const { bytes, version } of malformed(100_000, seeded(3))) {
    const framer = new Framer();
    framer.push(bytes);
    try {
      for (let frame = framer.next(65_536); frame !== undefined; frame = framer.next(65_536)) {
        decode(frame.bytes, frame.bodyAt, { version, bridge: false });
        outcomes.read++;
      }
    } catch (error) {
      if (!(error instanceof ProtocolFault) && !(error instanceof UnknownProtocol)) throw error;
      outcomes.refused++;
    }
  }
  expect(outcomes.read).toBeGreaterThan(1_000);
  expect(outcomes.refused).toBeGreaterThan(10_000);
});
