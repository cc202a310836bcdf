import { expect } from 'vitest';
import { until } from '../../rigs/until.ts';
import type { Statement } from '../statement.ts';
import type { Subject } from '../subject.ts';

type Will = NonNullable<Parameters<Awaited<ReturnType<Subject['connected']>>['connect']>[0]>['will'];

const will = (broker: Subject, fields: Partial<NonNullable<Will>> = {}): NonNullable<Will> => ({
  topic: broker.topic,
  payload: Buffer.from('gone'),
  qos: 1,
  retain: false,
  ...fields,
});

/** The will, where chapter 3.1 speaks of it, and 3.14.4. */
export const wills: readonly Statement[] = [
  {
    v3: '3.1.2-8',
    v5: ['3.1.2-7', '3.1.2-8'],
    says: 'the will is published when the connection is lost without a DISCONNECT',
    check: async (broker) => {
      const watcher = await broker.connected();
      await watcher.subscribe({ topic: broker.topic, qos: 1 });
      (await broker.connected({ will: will(broker) })).destroy();
      expect((await watcher.packet('publish')).payload.toString()).toBe('gone');
      const broken = await broker.connected({ will: will(broker, { payload: Buffer.from('broke') }) });
      broken.send(Buffer.from([0xf0, 0]));
      await until('the second', () => watcher.payloads().includes('broke'));
    },
  },
  {
    v3: ['3.1.2-10', '3.14.4-3'],
    v5: ['3.1.2-10', '3.14.4-3'],
    says: 'the will goes with a DISCONNECT, and with its publishing',
    check: async (broker) => {
      const watcher = await broker.connected();
      await watcher.subscribe({ topic: broker.topic, qos: 1 });
      const client = await broker.connected({ will: will(broker) });
      client.send({ cmd: 'disconnect', reasonCode: 0 });
      await client.closing();
      (await broker.lasting()).destroy();
      (await broker.lasting()).destroy();
      await watcher.settled();
      expect(watcher.payloads()).toEqual([]);
    },
  },
  {
    v3: '3.1.2-12',
    says: 'without the will flag nothing is published',
    check: async (broker) => {
      const watcher = await broker.connected();
      await watcher.subscribe(`${broker.topic}/#`);
      (await broker.connected()).destroy();
      const other = await broker.connected();
      other.publish(`${broker.topic}/x`, 'after');
      await watcher.packet('publish');
      expect(watcher.payloads()).toEqual(['after']);
    },
  },
  {
    v3: ['3.1.2-16', '3.1.2-17'],
    v5: ['3.1.2-14', '3.1.2-15'],
    says: 'a will is retained as its flag says',
    check: async (broker) => {
      const watcher = await broker.connected();
      await watcher.subscribe(`${broker.topic}/+`);
      for (const retain of [false, true]) {
        const topic = `${broker.topic}/${retain ? 'retained' : 'live'}`;
        (await broker.connected({ will: will(broker, { topic, retain }) })).destroy();
      }
      await until('both', () => watcher.payloads().length === 2);
      const late = await broker.connected();
      await late.subscribe(`${broker.topic}/+`);
      await late.settled();
      expect(late.all('publish').map(({ topic }) => topic)).toEqual([`${broker.topic}/retained`]);
    },
  },
  {
    v5: '3.1.3-9',
    says: 'a will with a delay is not sent when the client is back before it has passed',
    check: async (broker) => {
      const watcher = await broker.connected();
      await watcher.subscribe({ topic: broker.topic, qos: 1 });
      const delayed = will(broker, { properties: { willDelayInterval: 1 } });
      (await broker.connected({ ...broker.keeping(), will: delayed })).destroy();
      await broker.lasting();
      const since = performance.now();
      await until('the delay has passed', () => performance.now() - since > 1_200);
      await watcher.settled();
      expect(watcher.payloads()).toEqual([]);
    },
  },
  {
    v5: '3.1.2-8',
    says: 'a will waits for its delay, but no longer than the session lives',
    check: async (broker) => {
      const watcher = await broker.connected();
      await watcher.subscribe({ topic: broker.topic, qos: 1 });
      const delayed = will(broker, { properties: { willDelayInterval: 1 } });
      const began = performance.now();
      (await broker.connected({ ...broker.keeping(), will: delayed })).destroy();
      await watcher.packet('publish');
      expect(performance.now() - began).toBeGreaterThan(900);
      const long = will(broker, { payload: Buffer.from('at once'), properties: { willDelayInterval: 300 } });
      (await broker.connected({ clientId: `${broker.id}-b`, will: long })).destroy();
      await until('at once', () => watcher.payloads().includes('at once'));
    },
    mosquitto: '2.0.11 waits for the delay when the session has ended with the connection',
  },
];
