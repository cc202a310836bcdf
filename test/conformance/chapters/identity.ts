import { expect } from 'vitest';
import { byte, connectBytes, properties, publishBytes, text, uint16, uint32 } from '../../rigs/raw-packet.ts';
import { CLIENT, type Statement } from '../statement.ts';
import type { Subject } from '../subject.ts';

/** Chapters 3.1.3 and 3.1.4: a CONNECT's payload, and what it leads to. */
export const identity: readonly Statement[] = [
  {
    v3: ['3.1.3-1', '3.1.3-3'],
    v5: ['3.1.3-1', '3.1.3-3'],
    says: 'the payload is client id, will, user name, password, in this order',
    check: async (broker) => {
      const { version } = broker;
      const watcher = await broker.connected();
      await watcher.subscribe(broker.topic);
      const client = await broker.open();
      const will = [properties(version), text(broker.topic), text('will')];
      client.send(connectBytes({ version, flags: 0xc6, rest: [...will, text('user'), text('password')] }));
      await client.packet('connack');
      client.destroy();
      expect((await watcher.packet('publish')).payload.toString()).toBe('will');
      const without = await broker.open();
      without.send(Buffer.concat([byte(0x10, 10), text('MQTT'), byte(version, 2), uint16(0)]));
      await without.closing();
    },
  },
  {
    v3: '3.1.3-2',
    v5: '3.1.3-2',
    says: 'sessions are told apart by the client id alone',
    check: async (broker) => {
      await broker.lasting(`${broker.id}-a`);
      const other = broker.client();
      expect((await other.connect(broker.keeping(`${broker.id}-b`))).sessionPresent).toBe(false);
      const same = broker.client();
      expect((await same.connect(broker.keeping(`${broker.id}-a`))).sessionPresent).toBe(true);
    },
  },
  {
    v3: ['3.1.3-4', '3.1.3-10', '3.1.3-11'],
    v5: ['3.1.3-4', '3.1.3-11', '3.1.3-12'],
    says: 'client id, will topic and user name are well-formed UTF-8',
    check: async (broker) => {
      const { version } = broker;
      const bad = Buffer.from([0xc3, 0x28]);
      for (const fields of [
        { clientId: bad },
        { flags: 0x06, rest: [properties(version), text(bad), text('x')] },
        { flags: 0x82, rest: [text(bad)] },
      ]) {
        const client = await broker.open();
        client.send(connectBytes({ version, ...fields }));
        await client.closing();
        expect(client.all('connack').filter(({ returnCode, reasonCode }) => (returnCode ?? reasonCode) === 0)).toEqual(
          [],
        );
      }
    },
  },
  {
    v3: '3.1.3-5',
    v5: '3.1.3-5',
    says: 'client ids of 1 to 23 letters and digits are allowed',
    check: async (broker) => {
      for (const clientId of ['Z', '0123456789abcdefghijABC', 'qrstuvwxyzDEFGHIJKLMNOP']) {
        await broker.connected({ clientId });
      }
    },
  },
  {
    v3: '3.1.3-6',
    v5: ['3.1.3-6', '3.1.3-7', '3.2.2-16'],
    says: 'no client id is one that nobody else has, and MQTT 5 clients are told it',
    check: async (broker) => {
      const acks = await Promise.all([1, 2].map(() => broker.client().connect({ clientId: '', clean: true })));
      if (broker.version === 4) return;
      const ids = acks.map((connack) => connack.properties?.assignedClientIdentifier);
      expect(ids[0]).toBeTruthy();
      expect(ids[0]).not.toBe(ids[1]);
    },
  },
  { v3: '3.1.3-7', says: 'a client without an id asks for a clean session', untested: CLIENT },
  {
    v3: ['3.1.3-8', '3.1.3-9'],
    v5: '3.1.3-8',
    says: 'a client id that is not taken is answered with 2 (0x85 in MQTT 5), and the connection ends',
    check: async (broker) => {
      const client = await broker.open();
      if (broker.version === 4) {
        client.send(connectBytes({ flags: 0, clientId: '' }));
        expect((await client.packet('connack')).returnCode).toBe(2);
      } else {
        client.send(connectBytes({ version: 5, clientId: 'a\u0001b' }));
      }
      await client.closing();
    },
  },
  {
    v5: '3.1.3-10',
    says: "the will's user properties keep their order",
    check: async (broker) => {
      const watcher = await broker.connected();
      await watcher.subscribe(broker.topic);
      const list = [
        byte(0x26),
        text('z'),
        text('1'),
        byte(0x26),
        text('1'),
        text('2'),
        byte(0x26),
        text('z'),
        text('3'),
      ];
      const client = await broker.open();
      client.send(
        connectBytes({ version: 5, flags: 0x06, rest: [properties(5, ...list), text(broker.topic), text('x')] }),
      );
      await client.packet('connack');
      watcher.bytes = Buffer.alloc(0);
      client.destroy();
      await watcher.packet('publish');
      expect(watcher.bytes.toString('latin1')).toContain(Buffer.concat(list).toString('latin1'));
    },
  },
  {
    v3: '3.1.4-1',
    v5: ['3.1.4-1', '3.1.4-2'],
    says: 'a CONNECT is checked, and a wrong one ends the connection',
    check: async (broker) => {
      const { version } = broker;
      for (const bytes of [
        connectBytes({ version, header: 0x11 }),
        connectBytes({ version, rest: [byte(1)] }),
        ...(version === 5 ? [connectBytes({ version, properties: [byte(0x21), uint16(0)] })] : []),
        ...(version === 5 ? [connectBytes({ version, properties: [byte(0x27), uint32(0)] })] : []),
      ]) {
        const client = await broker.open();
        client.send(bytes);
        await broker.refused(client, 0x81, 0x82);
      }
    },
  },
  {
    v3: '3.1.4-2',
    v5: '3.1.4-3',
    says: 'a client id that comes again takes the connection from the older, who is told in MQTT 5',
    check: async (broker) => {
      const older = await broker.connected({ clientId: broker.id });
      const newer = await broker.connected({ clientId: broker.id });
      await broker.refused(older, 0x8e);
      await newer.settled();
    },
  },
  {
    v3: ['3.1.4-3', '3.1.4-4'],
    v5: '3.1.4-5',
    says: 'a CONNECT that is taken is answered with a CONNACK of success',
    check: async (broker) => {
      const connack = await broker.client().connect();
      expect(connack.returnCode ?? connack.reasonCode).toBe(0);
    },
  },
  {
    v3: '3.1.4-5',
    v5: '3.1.4-6',
    says: 'after a CONNECT that is refused nothing is done for the client',
    check: async (broker) => {
      const watcher = await broker.connected();
      await watcher.subscribe(broker.topic);
      const client = await broker.open();
      const refused =
        broker.version === 4
          ? connectBytes({ flags: 0, clientId: '' })
          : connectBytes({ version: 5, properties: [byte(0x15), text('method')] });
      client.send(refused, publishBytes({ version: broker.version, topic: broker.topic }));
      await client.closing();
      await silence(watcher);
    },
  },
];

async function silence(watcher: Awaited<ReturnType<Subject['connected']>>): Promise<void> {
  await watcher.settled();
  expect(watcher.payloads()).toEqual([]);
}
