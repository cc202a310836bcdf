import type { IPublishPacket } from 'mqtt-packet';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { mayBlameMessage } from '../../../../src/broker/upstream/faults.ts';
import type { Link } from '../../../../src/broker/upstream/link.ts';
import type { UpstreamOptions } from '../../../../src/broker/upstream/upstream.ts';
import type { Message } from '../../../../src/topics/index.ts';
import { upstreamTo } from '../../../rigs/scripted-link.ts';
import { ACCEPT, acknowledge, type Script, ScriptedUpstream } from '../../../rigs/scripted-upstream.ts';
import { until } from '../../../rigs/until.ts';

let server: ScriptedUpstream | undefined;
let link: Link | undefined;
afterEach(async () => {
  await link?.close();
  link = undefined;
  await server?.stop();
});

async function open(script: Script, more?: Partial<UpstreamOptions>): Promise<Link> {
  server = new ScriptedUpstream(script);
  link = await upstreamTo(await server.start(), more).connect(new AbortController().signal);
  return link;
}

const message = (payload: string, more: Partial<Message> = {}): Message => ({
  topic: 't',
  payload: Buffer.from(payload),
  qos: 1,
  retain: false,
  ...more,
});
const published = () => server?.received.filter((packet): packet is IPublishPacket => packet.cmd === 'publish') ?? [];

describe('publishing', () => {
  test('settles with the PUBACK and not before', async () => {
    const link = await open({ connect: () => ACCEPT });
    let settled = false;
    const sent = link.publish(message('x'), 1, [['id', 'porch:1']]).then(() => (settled = true));
    await until('the publish', () => published().length === 1);
    expect(settled).toBe(false);
    expect(published()[0]?.properties?.userProperties).toEqual({ id: 'porch:1' });
    server?.send(acknowledge({ messageId: published()[0]?.messageId } as IPublishPacket));
    await sent;
  });

  test.each([
    [0x87, 'UPSTREAM_MESSAGE_REFUSED', false],
    [0x99, 'UPSTREAM_MESSAGE_REFUSED', false],
    [0x97, 'UPSTREAM_QUOTA', true],
    [0x80, 'UPSTREAM_REFUSED', true],
  ])('a PUBACK with 0x%x is %s', async (reasonCode, code, retryable) => {
    const link = await open({ connect: () => ACCEPT, publish: (packet) => acknowledge(packet, reasonCode) });
    await expect(link.publish(message('x'), 1, [])).rejects.toMatchObject({ code, retryable });
  });

  test('what is in flight when the link ends rejects, with the reason', async () => {
    const link = await open({ connect: () => ACCEPT });
    const sent = [link.publish(message('a'), 1, []), link.publish(message('b'), 0, [])];
    sent.push(link.publish(message('c'), 2, []));
    const settled = Promise.allSettled(sent);
    await until('all of them', () => published().length === 3);
    await server?.stop();
    const [first, second, third] = await settled;
    expect(first).toMatchObject({ reason: { code: 'UPSTREAM_CLOSED', retryable: true } });
    expect(second).toMatchObject({ status: 'fulfilled' });
    expect(third).toMatchObject({ reason: { code: 'UPSTREAM_CLOSED' } });
    await expect(link.publish(message('d'), 1, [])).rejects.toMatchObject({ code: 'UPSTREAM_CLOSED' });
  });

  test('with QoS 2 settles with the PUBCOMP, and a PUBREC that refuses it ends it', async () => {
    const link = await open({
      connect: () => ACCEPT,
      publish: ({ topic, messageId = 0 }) => ({ cmd: 'pubrec', messageId, reasonCode: topic === 'no' ? 0x87 : 0 }),
      release: ({ messageId = 0 }) => ({ cmd: 'pubcomp', messageId }),
    });
    await Promise.all([link.publish(message('a'), 2, []), link.publish(message('b'), 2, [])]);
    const refused = link.publish(message('c', { topic: 'no' }), 2, []);
    await expect(refused).rejects.toMatchObject({ code: 'UPSTREAM_MESSAGE_REFUSED' });
    const released = server?.received.flatMap((packet) => (packet.cmd === 'pubrel' ? [packet.messageId] : []));
    expect(released).toEqual(
      published()
        .slice(0, 2)
        .map(({ messageId }) => messageId),
    );
  });

  test('keeps the order of calls, large payloads among small ones', async () => {
    const link = await open({ connect: () => ACCEPT, publish: acknowledge });
    const payloads = Array.from({ length: 40 }, (_, i) => (i % 7 === 0 ? `${i}`.padEnd(20_000, '.') : `${i}`));
    await Promise.all(payloads.map((payload, i) => link.publish(message(payload), i % 3 === 0 ? 0 : 1, [])));
    await until('all of them', () => published().length === payloads.length);
    expect(published().map(({ payload }) => String(payload))).toEqual(payloads);
  });

  test('marks come after the own user properties of a message, and those keep their order', async () => {
    const link = await open({ connect: () => ACCEPT, publish: acknowledge });
    const own = message('x', {
      properties: {
        userProperties: [
          ['id', 'theirs'],
          ['b', '1'],
          ['__proto__', '2'],
        ],
      },
    });
    await link.publish(own, 1, [['id', 'porch:7']]);
    const sent = Object.entries(published()[0]?.properties?.userProperties ?? {});
    expect(sent).toContainEqual(['id', ['theirs', 'porch:7']]);
    expect(sent).toContainEqual(['b', '1']);
  });

  test('what the upstream said it does not take is not sent, or sent as it takes it', async () => {
    const properties = { maximumPacketSize: 100, maximumQoS: 0, retainAvailable: false, receiveMaximum: 7 };
    const link = await open({ connect: () => ({ ...ACCEPT, properties }) });
    expect(link.limits.receive_maximum).toBe(7);
    await expect(link.publish(message('x'.repeat(100)), 1, [])).rejects.toMatchObject({
      code: 'UPSTREAM_MESSAGE_REFUSED',
    });
    await link.publish(message('x', { retain: true }), 1, []);
    await until('the publish', () => published().length > 0);
    expect(published()).toMatchObject([{ qos: 0, retain: false }]);
  });
});

describe('topic aliases', () => {
  test('stand for topics that were sent before, as many as the upstream allows', async () => {
    const properties = { topicAliasMaximum: 1 };
    const link = await open({ connect: () => ({ ...ACCEPT, properties }), publish: acknowledge });
    for (const topic of ['a', 'constructor', 'a']) await link.publish(message('x', { topic }), 1, []);
    expect(published().map(({ topic, properties: sent }) => [topic, sent?.topicAlias])).toEqual([
      ['a', 1],
      ['constructor', undefined],
      ['', 1],
    ]);
  });

  test('are not used where the upstream allows none', async () => {
    const link = await open({ connect: () => ACCEPT, publish: acknowledge });
    for (let i = 0; i < 2; i++) await link.publish(message('x'), 1, []);
    expect(published().map(({ topic, properties: sent }) => [topic, sent?.topicAlias])).toEqual([
      ['t', undefined],
      ['t', undefined],
    ]);
  });
});

describe('what comes down', () => {
  const down = (messageId: number, payload: string): IPublishPacket => ({
    cmd: 'publish',
    messageId,
    topic: 'house/x',
    payload,
    qos: 1,
    retain: false,
    dup: false,
  });
  const acknowledged = () =>
    server?.received.flatMap((packet) => (packet.cmd === 'puback' ? [packet.messageId] : [])) ?? [];

  test('holds up no acknowledgement that comes behind it, and is acknowledged in its order', async () => {
    const settle: (() => void)[] = [];
    const inbound = (): Promise<void> => new Promise((resolve) => settle.push(resolve));
    const link = await open({ connect: () => ACCEPT, publish: acknowledge }, { inbound });
    for (const id of [7, 8, 9]) server?.send(down(id, 'x'));
    await until('all three', () => settle.length === 3);
    await link.publish(message('up'), 1, []);
    settle[2]?.();
    settle[0]?.();
    await until('the first', () => acknowledged().length === 1);
    settle[1]?.();
    await until('all', () => acknowledged().length === 3);
    expect(acknowledged()).toEqual([7, 8, 9]);
  });

  test.each([
    ['100 messages', 'x', 0, 100],
    ['100 messages that are acknowledged', 'x', 1, 100],
    ['4 MiB', 'x'.repeat(1024 * 1024), 0, 4],
  ] as const)('is read no further than %s ahead of what is done with them', async (_, payload, qos, most) => {
    const settle: (() => void)[] = [];
    const inbound = (): Promise<void> => new Promise((resolve) => settle.push(resolve));
    await open({ connect: () => ACCEPT }, { inbound });
    for (let id = 1; id <= most + 20; id++) server?.send({ ...down(id, payload), qos });
    await until('as many as there may be', () => settle.length >= most);
    // Of what came behind them none is read, however long that is.
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    expect(settle.length).toBe(most);
    settle[0]?.();
    await until('one more', () => settle.length === most + 1);
    for (let place = 1; place < most + 20; place++) {
      await until('the next', () => settle[place] !== undefined);
      settle[place]?.();
    }
  });

  test('before a session is subscribed anew is taken over as well', async () => {
    const taken: string[] = [];
    const inbound = async ({ payload }: Message): Promise<void> => void taken.push(payload.toString());
    await open(
      {
        connect: () => {
          // With the CONNACK, in one write.
          queueMicrotask(() => server?.send(down(1, 'kept')));
          return ACCEPT;
        },
      },
      { inbound },
    );
    await until('its acknowledgement', () => acknowledged().length === 1);
    expect(taken).toEqual(['kept']);
  });

  test('ends the link when it cannot be taken over, unacknowledged, so that it comes again', async () => {
    const inbound = (): Promise<void> => Promise.reject(new Error('the disk is full'));
    const link = await open({ connect: () => ACCEPT }, { inbound });
    server?.send(down(1, 'x'));
    expect(await link.ended).toMatchObject({
      code: 'UPSTREAM_CLOSED',
      message: expect.stringContaining('disk is full'),
    });
    expect(acknowledged()).toEqual([]);
  });
});

describe('an answer that never comes, though pings are answered,', () => {
  test.each([
    ['PUBACK', (link: Link) => link.publish(message('x'), 1, [])],
    ['PUBREC', (link: Link) => link.publish(message('x'), 2, [])],
    ['SUBACK', (link: Link) => link.subscribe([{ filter: 't', qos: 1, retained: true }])],
  ] as const)('ends the link after half a minute: %s', async (_, ask) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const link = await open({ connect: () => ACCEPT });
    const asked = ask(link);
    asked.catch(() => {});
    await until('the question', () => (server?.received.length ?? 0) > 1);
    const began_ms = performance.now();
    const clock = vi.spyOn(performance, 'now').mockReturnValue(began_ms + 20_000);
    vi.advanceTimersByTime(1_000);
    expect(link.isOver).toBe(false);
    clock.mockReturnValue(began_ms + 31_000);
    vi.advanceTimersByTime(1_000);
    clock.mockRestore();
    vi.useRealTimers();
    await expect(asked).rejects.toMatchObject({ code: 'UPSTREAM_SILENT', retryable: true });
    expect(link.isOver).toBe(true);
  });
});

describe('what no upstream may send', () => {
  const any_topic = Buffer.from([0, 1, 0x61]);
  test.each([
    ['a packet of 17 MiB with MQTT 3.1.1', '3.1.1', Buffer.from([0x30, 0x80, 0x80, 0xc0, 0x08])],
    ['a packet of 17 MiB', '5', Buffer.from([0x30, 0x80, 0x80, 0xc0, 0x08])],
    ['a topic alias that we did not offer', '5', Buffer.from([0x30, 7, ...any_topic, 3, 0x23, 0, 1])],
    ['a QoS that there is not', '5', Buffer.from([0x36, 6, ...any_topic, 0, 1, 0])],
    ['a second CONNACK', '5', Buffer.from([0x20, 3, 0, 0, 0])],
    ['no MQTT at all', '3.1.1', Buffer.from('HTTP/1.1 200 OK\r\n\r\n')],
  ] as const)('%s ends the link, and no message of ours is blamed for it', async (_, version, bytes) => {
    const link = await open({ connect: () => ACCEPT }, { version });
    const sent = link.publish(message('x'), 1, []);
    await until('the publish', () => published().length === 1);
    server?.sendBytes(bytes);
    await expect(sent).rejects.toMatchObject({ code: 'UPSTREAM_PROTOCOL' });
    expect(mayBlameMessage(await link.ended)).toBe(false);
  });
});

describe('subscribing', () => {
  const HOUSE = [{ filter: 'house/#', qos: 1, retained: true }] as const;
  const granted = (code: number): Partial<Script> => ({
    subscribe: ({ messageId }) => ({ cmd: 'suback', messageId: messageId ?? 0, granted: [code] }),
  });

  test('asks for no-local and retain as published, and acknowledges what was taken over', async () => {
    const taken: Message[] = [];
    let takeOver = (): void => {};
    const inbound = (one: Message): Promise<void> => {
      taken.push(one);
      return new Promise((resolve) => (takeOver = resolve));
    };
    const link = await open({ connect: () => ACCEPT, ...granted(1) }, { inbound });
    await link.subscribe(HOUSE);
    expect(server?.received.at(-1)).toMatchObject({
      subscriptions: [{ topic: 'house/#', qos: 1, nl: true, rap: true }],
    });
    server?.send({
      cmd: 'publish',
      messageId: 9,
      topic: 'house/x',
      payload: 'hello',
      qos: 1,
      retain: true,
      dup: false,
    });
    await until('the message', () => taken.length === 1);
    expect(taken[0]).toEqual({ topic: 'house/x', payload: Buffer.from('hello'), qos: 1, retain: true });
    expect(server?.received.some(({ cmd }) => cmd === 'puback')).toBe(false);
    takeOver();
    await until('the acknowledgement', () => server?.received.some(({ cmd }) => cmd === 'puback'));
  });

  test('to a wildcard where there are none is refused before it is asked for', async () => {
    const properties = { wildcardSubscriptionAvailable: false };
    const link = await open({ connect: () => ({ ...ACCEPT, properties }), ...granted(1) });
    const subscription = link.subscribe([...HOUSE, { filter: 'house/door', qos: 1, retained: true }]);
    await expect(subscription).rejects.toMatchObject({ code: 'UPSTREAM_SUBSCRIPTION_REFUSED' });
    const asked = server?.received.flatMap((packet) => (packet.cmd === 'subscribe' ? packet.subscriptions : []));
    expect(asked?.map(({ topic }) => topic)).toEqual(['house/door']);
  });

  test.each([12, 121, 122])(
    'to %i letters is asked for where the packet is no longer than allowed',
    async (letters) => {
      const filter = 'x'.repeat(letters);
      const bytes = letters + (letters < 122 ? 8 : 9);
      for (const maximumPacketSize of [bytes - 1, bytes]) {
        const link = await open({ connect: () => ({ ...ACCEPT, properties: { maximumPacketSize } }), ...granted(1) });
        const subscription = link.subscribe([{ filter, qos: 1, retained: true }]);
        if (maximumPacketSize === bytes) await subscription;
        else await expect(subscription).rejects.toMatchObject({ code: 'UPSTREAM_SUBSCRIPTION_REFUSED' });
        const asked = server?.received.find(({ cmd }) => cmd === 'subscribe');
        // Of the rest, without the fixed header.
        expect(asked?.length).toBe(maximumPacketSize === bytes ? letters + 6 : undefined);
        await link.close();
        await server?.stop();
      }
    },
  );

  test('a refusal says which filters', async () => {
    const link = await open({ connect: () => ACCEPT, ...granted(0x87) });
    const subscription = link.subscribe(HOUSE);
    await expect(subscription).rejects.toMatchObject({
      code: 'UPSTREAM_SUBSCRIPTION_REFUSED',
      message: expect.stringContaining('house/#'),
    });
  });
});
