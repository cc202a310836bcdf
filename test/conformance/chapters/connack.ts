import { expect } from 'vitest';
import { byte, connectBytes, text } from '../../rigs/raw-packet.ts';
import { CLIENT, type Statement } from '../statement.ts';

const ALL_SERVED = 'pinbus serves it all, so there is nothing to announce or to refuse';

/** Chapter 3.2: CONNACK. */
export const connack: readonly Statement[] = [
  {
    v3: '3.2.0-1',
    v5: ['3.2.0-1', '3.2.0-2'],
    says: 'the first packet to a client is its CONNACK, and there is one',
    check: async (broker) => {
      const first = await broker.lasting();
      await first.subscribe({ topic: broker.topic, qos: 1 });
      first.destroy();
      const other = await broker.connected();
      for (let i = 0; i < 20; i++) other.publish(broker.topic, String(i), { qos: 1 });
      await other.packet('puback', ({ messageId }) => messageId === 20);
      const again = await broker.lasting();
      await again.packet('publish', ({ payload }) => payload.toString() === '19');
      expect(again.packets[0]?.cmd).toBe('connack');
      expect(again.all('connack')).toHaveLength(1);
    },
  },
  {
    v5: '3.2.2-1',
    says: 'the reserved bits of the acknowledge flags are 0',
    check: async (broker) => {
      const client = await broker.connected();
      expect((client.bytes[2] ?? 0xff) & 0xfe).toBe(0);
    },
  },
  { v5: ['3.2.2-4', '3.2.2-5'], says: 'a client that finds no session where it has one', untested: CLIENT },
  {
    v3: ['3.2.2-4', '3.2.2-5'],
    v5: ['3.2.2-6', '3.2.2-7', '3.2.2-8'],
    says: 'a refusal says that no session is present, by a code of the table, and the connection ends',
    check: async (broker) => {
      const { version } = broker;
      (await broker.lasting()).destroy();
      const client = await broker.open();
      client.send(
        version === 4
          ? connectBytes({ flags: 0, clientId: '' })
          : connectBytes({ version, flags: 0, clientId: broker.id, properties: [byte(0x15), text('method')] }),
      );
      const { sessionPresent, returnCode, reasonCode } = await client.packet('connack');
      expect(sessionPresent).toBe(false);
      expect(version === 4 ? returnCode : reasonCode).toBe(version === 4 ? 2 : 0x8c);
      await client.closing();
    },
  },
  {
    v3: '3.2.2-6',
    says: 'where no return code fits, the connection ends without a CONNACK',
    check: async (broker) => {
      const client = await broker.open();
      client.send(connectBytes({ flags: 0x03 }));
      await client.closing();
      expect(client.bytes).toHaveLength(0);
    },
  },
  { v5: ['3.2.2-9', '3.2.2-10', '3.2.2-12'], says: 'a server below QoS 2 says so', untested: ALL_SERVED },
  { v5: '3.2.2-13', says: 'a server that does not retain refuses wills that are to be', untested: ALL_SERVED },
  {
    v5: ['3.2.2-11', '3.2.2-14', '3.2.2-15', '3.2.2-17', '3.2.2-18', '3.2.2-21'],
    says: 'a client keeps to what the CONNACK grants',
    untested: CLIENT,
  },
  {
    v5: ['3.2.2-19', '3.2.2-20'],
    says: 'no reason string or user property makes a CONNACK larger than the client takes',
    check: async (broker) => {
      const client = await broker.open();
      const limits = [byte(0x27, 0, 0, 0, 20), byte(0x15), text('method')];
      client.send(connectBytes({ version: 5, properties: limits }));
      await client.closing();
      expect(client.bytes.length).toBeLessThanOrEqual(20);
    },
  },
  {
    v5: '3.2.2-22',
    says: 'without a Server Keep Alive the keep alive of the client holds; a longer one than 60 s is told to be 60 s',
    check: async (broker) => {
      expect((await broker.client().connect({ keepalive: 60 })).properties?.serverKeepAlive).toBeUndefined();
      expect((await broker.client().connect({ keepalive: 120 })).properties?.serverKeepAlive).toBe(60);
      expect((await broker.client().connect({ keepalive: 0 })).properties?.serverKeepAlive).toBeUndefined();
    },
    mosquitto: 'it takes any up to 65,535 s by default',
  },
];
