import type { IPublishPacket } from 'mqtt-packet';
import { afterEach, describe, expect, test } from 'vitest';
import { Upstream } from '../../../../src/broker/upstream/upstream.ts';
import type { Link } from '../../../../src/broker/upstream/link.ts';
import { type Message, milliseconds } from '../../../../src/topics/index.ts';
import { ACCEPT, acknowledge, type Script, ScriptedUpstream } from '../../../rigs/scripted-upstream.ts';
import { until } from '../../../rigs/until.ts';

let server: ScriptedUpstream | undefined;
let link: Link | undefined;
afterEach(async () => {
  await link?.close();
  link = undefined;
  await server?.stop();
});

async function upstream(script: Script): Promise<Upstream> {
  server = new ScriptedUpstream(script);
  const port = await server.start();
  return new Upstream({
    url: `mqtt://127.0.0.1:${port}`,
    version: 'auto',
    client_id: 'porch',
    keepalive: milliseconds(60_000),
    will: { topic: 'status', payload: Buffer.from('offline'), qos: 1, retain: true },
  });
}
const signal = new AbortController().signal;
const message = (payload: string, more: Partial<Message> = {}): Message => ({
  topic: 't',
  payload: Buffer.from(payload),
  qos: 1,
  retain: false,
  ...more,
});
const published = () => server?.received.filter((packet): packet is IPublishPacket => packet.cmd === 'publish') ?? [];

describe('connecting', () => {
  test('says MQTT 5, a clean start, the will and no session', async () => {
    link = await (await upstream({ connect: () => ACCEPT })).connect(signal);
    expect(link.protocol).toBe(5);
    expect(server?.received[0]).toMatchObject({
      protocolVersion: 5,
      clean: true,
      clientId: 'porch',
      will: { topic: 'status', qos: 1, retain: true },
    });
  });

  test('falls back to 3.1.1 where 5 is not known, and remembers', async () => {
    const cloud = await upstream({
      connect: ({ protocolVersion }) =>
        protocolVersion === 5 ? { ...ACCEPT, reasonCode: 0x84, returnCode: 1 } : ACCEPT,
    });
    for (let i = 0; i < 2; i++) {
      link = await cloud.connect(signal);
      expect(link.protocol).toBe(4);
      await link.close();
    }
    const versions = server?.received.map((packet) => packet.cmd === 'connect' && packet.protocolVersion);
    expect(versions?.filter(Boolean)).toEqual([5, 4, 4]);
  });

  test.each([
    [0x87, 'UPSTREAM_NOT_AUTHORIZED'],
    [0x86, 'UPSTREAM_NOT_AUTHORIZED'],
    [0x89, 'UPSTREAM_REFUSED'],
  ])('a CONNACK with 0x%x is %s', async (reasonCode, code) => {
    const cloud = await upstream({ connect: () => ({ ...ACCEPT, reasonCode }) });
    await expect(cloud.connect(signal)).rejects.toMatchObject({ code, retryable: true });
  });

  test('nobody there is UPSTREAM_UNREACHABLE', async () => {
    const cloud = await upstream({ connect: () => ACCEPT });
    await server?.stop();
    await expect(cloud.connect(signal)).rejects.toMatchObject({ code: 'UPSTREAM_UNREACHABLE' });
  });

  test('a try that is given up ends at once', async () => {
    const cloud = await upstream({ connect: () => ({ ...ACCEPT, reasonCode: 0 }) });
    const giveUp = new AbortController();
    const connecting = cloud.connect(giveUp.signal);
    giveUp.abort(new Error('stop'));
    await expect(connecting).rejects.toThrow('stop');
  });
});

describe('publishing', () => {
  test('settles with the PUBACK and not before', async () => {
    const cloud = await upstream({ connect: () => ACCEPT });
    link = await cloud.connect(signal);
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
    [0x97, 'UPSTREAM_REFUSED', true],
  ])('a PUBACK with 0x%x is %s', async (reasonCode, code, retryable) => {
    const cloud = await upstream({ connect: () => ACCEPT, publish: (packet) => acknowledge(packet, reasonCode) });
    link = await cloud.connect(signal);
    await expect(link.publish(message('x'), 1, [])).rejects.toMatchObject({ code, retryable });
  });

  test('what is in flight when the link ends rejects, with the reason', async () => {
    const cloud = await upstream({ connect: () => ACCEPT });
    link = await cloud.connect(signal);
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

  test('what the upstream said it does not take is not sent, or sent as it takes it', async () => {
    const properties = { maximumPacketSize: 100, maximumQoS: 0, retainAvailable: false, receiveMaximum: 7 };
    const cloud = await upstream({ connect: () => ({ ...ACCEPT, properties }) });
    link = await cloud.connect(signal);
    expect(link.limits.receive_maximum).toBe(7);
    await expect(link.publish(message('x'.repeat(100)), 1, [])).rejects.toMatchObject({
      code: 'UPSTREAM_MESSAGE_REFUSED',
    });
    await link.publish(message('x', { retain: true }), 1, []);
    await until('the publish', () => published().length > 0);
    expect(published()).toMatchObject([{ qos: 0, retain: false }]);
  });
});

describe('subscribing', () => {
  const HOUSE = [{ filter: 'house/#', qos: 1 }] as const;
  const granted = (code: number): Partial<Script> => ({
    subscribe: ({ messageId }) => ({ cmd: 'suback', messageId: messageId ?? 0, granted: [code] }),
  });

  test('asks for no-local and retain as published, and acknowledges what was taken over', async () => {
    const cloud = await upstream({ connect: () => ACCEPT, ...granted(1) });
    link = await cloud.connect(signal);
    const taken: Message[] = [];
    let takeOver = (): void => {};
    await link.subscribe(HOUSE, (one) => {
      taken.push(one);
      return new Promise((resolve) => (takeOver = resolve));
    });
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

  test('a refusal says which filters', async () => {
    const cloud = await upstream({ connect: () => ACCEPT, ...granted(0x87) });
    link = await cloud.connect(signal);
    const subscription = link.subscribe(HOUSE, async () => {});
    await expect(subscription).rejects.toMatchObject({
      code: 'UPSTREAM_NOT_AUTHORIZED',
      message: expect.stringContaining('house/#'),
    });
  });
});
