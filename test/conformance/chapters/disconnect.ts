import { expect } from 'vitest';
import { byte, connectBytes, packet, publishBytes, text, uint32 } from '../../rigs/raw-packet.ts';
import { until } from '../../rigs/until.ts';
import { CLIENT, type Statement } from '../statement.ts';

const NO_METHOD = 'pinbus speaks no authentication method, so no exchange begins';

/** Chapters 3.14, 3.15 and 4.12: DISCONNECT, AUTH, enhanced authentication. */
export const disconnect: readonly Statement[] = [
  { v3: ['3.14.4-1', '3.14.4-2'], says: 'after its DISCONNECT a client closes and sends nothing', untested: CLIENT },
  {
    v5: '3.14.0-1',
    says: 'a server sends no DISCONNECT before a CONNACK of success',
    check: async (broker) => {
      for (const bytes of [byte(0xf0, 0), connectBytes({ version: 5, flags: 0x03 }), byte(0x00, 0)]) {
        const client = await broker.open();
        client.send(bytes);
        await client.closing();
        expect(client.all('disconnect')).toEqual([]);
      }
    },
  },
  {
    v5: '3.14.2-1',
    says: 'a DISCONNECT has a reason code of its table; another is an error',
    check: async (broker) => {
      const client = await broker.connected();
      client.send(packet(0xe0, byte(0x01)));
      await client.closing();
      const broken = await broker.connected();
      broken.send(byte(0xf0, 0));
      await broker.refused(broken, 0x82);
    },
  },
  {
    v5: '3.14.2-2',
    says: 'a server sends no session expiry with a DISCONNECT',
    check: async (broker) => {
      const older = await broker.connected({ clientId: broker.id });
      await broker.connected({ clientId: broker.id });
      await older.closing();
      expect(older.all('disconnect')[0]?.properties?.sessionExpiryInterval).toBeUndefined();
    },
  },
  {
    v5: ['3.14.2-3', '3.14.2-4'],
    says: 'no reason string or user property makes a DISCONNECT larger than the client takes',
    check: async (broker) => {
      const properties = { maximumPacketSize: 30, requestProblemInformation: true };
      const client = await broker.connected({ properties });
      client.bytes = Buffer.alloc(0);
      client.send(publishBytes({ version: 5, topic: broker.topic, properties: [byte(0x23, 0xff, 0xff)] }));
      await broker.refused(client, 0x94);
      expect(client.bytes.length).toBeLessThanOrEqual(30);
    },
  },
  {
    v5: ['3.14.4-1', '3.14.4-2'],
    says: 'after a DISCONNECT its sender sends nothing more and closes',
    check: async (broker) => {
      const client = await broker.connected();
      await client.subscribe(broker.topic);
      client.send(byte(0xf0, 0), publishBytes({ version: 5, topic: broker.topic }));
      await broker.refused(client, 0x82);
      expect(client.payloads()).toEqual([]);
    },
  },
  {
    v5: '3.14.4-3',
    says: 'DISCONNECT with reason 4 sends the will all the same',
    check: async (broker) => {
      const watcher = await broker.connected();
      await watcher.subscribe(broker.topic);
      const will = { topic: broker.topic, payload: Buffer.from('gone'), qos: 0, retain: false } as const;
      const client = await broker.connected({ will });
      client.send(packet(0xe0, byte(0x04)));
      await watcher.packet('publish');
    },
  },
  {
    v5: '3.1.2-23',
    says: 'a DISCONNECT may change the session expiry, but cannot make a session stay that was to end',
    check: async (broker) => {
      const lasting = await broker.lasting();
      lasting.send(packet(0xe0, byte(0), byte(5), byte(0x11), uint32(0)));
      await lasting.closing();
      const back = broker.client();
      expect((await back.connect(broker.keeping())).sessionPresent).toBe(false);
      const fleeting = await broker.connected();
      fleeting.send(packet(0xe0, byte(0), byte(5), byte(0x11), uint32(60)));
      await broker.refused(fleeting, 0x82);
    },
  },
  {
    v5: '3.15.1-1',
    says: 'an AUTH with reserved flags ends the connection',
    check: async (broker) => {
      const client = await broker.connected();
      client.send(packet(0xf1));
      await broker.refused(client, 0x81, 0x82);
    },
  },
  { v5: ['3.15.2-1', '3.15.2-2', '3.15.2-3'], says: 'what an AUTH of a server has in it', untested: NO_METHOD },
  {
    v5: '4.12.0-1',
    says: 'an authentication method that is not spoken is refused with 0x8C',
    check: async (broker) => {
      const client = await broker.open();
      client.send(connectBytes({ version: 5, properties: [byte(0x15), text('SCRAM-SHA-1')] }));
      await broker.refused(client, 0x8c);
      expect(client.all('connack')[0]?.reasonCode).toBe(0x8c);
    },
  },
  {
    v5: ['4.12.0-6', '4.12.0-7'],
    says: 'without an authentication method nobody sends AUTH',
    check: async (broker) => {
      for (const list of [[], [byte(0x15), text('method')]]) {
        const client = await broker.connected();
        client.send(packet(0xf0, byte(0x19), byte(Buffer.concat(list).length), ...list));
        await until('it ends', () => client.closed);
        expect(client.all('auth')).toEqual([]);
      }
    },
  },
  {
    v5: ['4.12.0-2', '4.12.0-3', '4.12.0-4', '4.12.0-5', '4.12.1-1', '4.12.1-2'],
    says: 'how an exchange of AUTH goes on',
    untested: NO_METHOD,
  },
];
