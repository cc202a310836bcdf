import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DurableHouse } from '../../rigs/durable-house.ts';
import type { RawClient } from '../../rigs/raw-client.ts';
import { until } from '../../rigs/until.ts';
import { come, go, waiting } from '../../rigs/waiting-client.ts';

let house: DurableHouse;
beforeEach(async () => {
  house = await DurableHouse.start();
});
afterEach(() => house.remove());

const plain = { nl: false, rap: false, rh: 0 } as const;

describe('nothing is acknowledged before the disk has it', () => {
  /** Messages to the database's thread, while it is as slow as can be. */
  const held: (() => void)[] = [];
  beforeEach(() => {
    held.length = 0;
  });
  afterEach(() => void vi.restoreAllMocks());
  function holdDisk(): void {
    const spy = vi.spyOn(Worker.prototype, 'postMessage');
    spy.mockImplementation(function (this: Worker, message: unknown) {
      held.push(() => this.postMessage(message));
    });
  }
  /** In the order in which they were sent. */
  function releaseDisk(): void {
    vi.restoreAllMocks();
    for (const send of held.splice(0)) send();
  }
  /** What a client gets once it heard of all that was sent before. */
  async function heard(client: RawClient): Promise<readonly string[]> {
    for (const pings of [1, 2, 3]) {
      client.send({ cmd: 'pingreq' });
      await until('PINGRESP', () => client.all('pingresp').length >= pings);
    }
    return [...client.all('puback'), ...client.all('pubrec'), ...client.all('suback')].map(({ cmd }) => cmd);
  }

  test.each([
    [1, 'puback'],
    [2, 'pubrec'],
  ] as const)(
    'a QoS %d publish for a session that is away: no %s, and a power cut then loses none',
    async (qos, cmd) => {
      const { client } = await come(house);
      await client.subscribe({ topic: 'a', qos, ...plain });
      await go(house, client);
      const publisher = house.client({ acknowledges: false });
      await publisher.connect();
      await until('the disk is at rest', async () => (await waiting(house)) === 0);
      holdDisk();
      publisher.publish('a', 'x', { qos });
      expect(await heard(publisher)).toEqual([]);
      releaseDisk();
      await until('the acknowledgement', () => publisher.all(cmd).length === 1);
      await house.crash();
      const { client: back } = await come(house);
      expect((await back.packet('publish')).payload.toString()).toBe('x');
    },
  );

  test.each([
    [1, 'puback'],
    [2, 'pubrec'],
  ] as const)('a retained QoS %d publish: no %s', async (qos, cmd) => {
    const publisher = house.client({ acknowledges: false });
    await publisher.connect();
    holdDisk();
    publisher.publish('a', 'x', { qos, retain: true });
    expect(await heard(publisher)).toEqual([]);
    releaseDisk();
    await until('the acknowledgement', () => publisher.all(cmd).length === 1);
    await house.crash();
    const reader = house.client();
    await reader.connect();
    await reader.subscribe('a');
    expect((await reader.packet('publish')).payload.toString()).toBe('x');
  });

  test('a SUBSCRIBE of a session that has to survive: no suback', async () => {
    const { client } = await come(house);
    holdDisk();
    void client.subscribe({ topic: 'a', qos: 1, ...plain });
    expect(await heard(client)).toEqual([]);
    releaseDisk();
    await until('the acknowledgement', () => client.all('suback').length === 1);
  });

  test('an UNSUBSCRIBE of a session that has to survive: no unsuback', async () => {
    const { client } = await come(house);
    await client.subscribe({ topic: 'a', qos: 1, ...plain });
    holdDisk();
    client.send({ cmd: 'unsubscribe', messageId: 9, unsubscriptions: ['a'] });
    await heard(client);
    expect(client.all('unsuback')).toEqual([]);
    releaseDisk();
    await client.packet('unsuback');
  });
});
