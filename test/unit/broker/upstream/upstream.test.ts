import { type AddressInfo, createServer } from 'node:net';
import type { Packet } from 'mqtt-packet';
import { afterEach, expect, test, vi } from 'vitest';
import type { Link } from '../../../../src/broker/upstream/link.ts';
import type { Upstream, UpstreamOptions } from '../../../../src/broker/upstream/upstream.ts';
import { freePort } from '../../../rigs/free-port.ts';
import { upstreamTo } from '../../../rigs/scripted-link.ts';
import { ACCEPT, type Script, ScriptedUpstream } from '../../../rigs/scripted-upstream.ts';
import { until } from '../../../rigs/until.ts';

const { signal } = new AbortController();
let server: ScriptedUpstream | undefined;
let link: Link | undefined;
afterEach(async () => {
  await link?.close();
  link = undefined;
  await server?.stop();
});

async function upstream(script: Script, more?: Partial<UpstreamOptions>): Promise<Upstream> {
  server = new ScriptedUpstream(script);
  return upstreamTo(await server.start(), more);
}

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
    connect: ({ protocolVersion }) => (protocolVersion === 5 ? { ...ACCEPT, reasonCode: 0x84, returnCode: 1 } : ACCEPT),
  });
  for (let i = 0; i < 2; i++) {
    link = await cloud.connect(signal);
    expect(link.protocol).toBe(4);
    await link.close();
  }
  const versions = server?.received.map((packet) => packet.cmd === 'connect' && packet.protocolVersion);
  expect(versions?.filter(Boolean)).toEqual([5, 4, 4]);
});

const versionsAsked = () =>
  server?.received.flatMap((packet) => (packet.cmd === 'connect' ? [packet.protocolVersion] : []));

test('an upstream that was renewed is spoken to in MQTT 5 a day later', async () => {
  let isRenewed = false;
  const cloud = await upstream({
    connect: ({ protocolVersion }) =>
      protocolVersion === 5 && !isRenewed ? { ...ACCEPT, reasonCode: 0x84, returnCode: 1 } : ACCEPT,
  });
  const now = vi.spyOn(performance, 'now');
  for (const [hours, protocol] of [
    [0, 4],
    [23, 4],
    [25, 5],
  ] as const) {
    now.mockReturnValue(hours * 3_600_000);
    link = await cloud.connect(signal);
    expect(link.protocol).toBe(protocol);
    await link.close();
    isRenewed = true;
  }
  now.mockRestore();
  expect(versionsAsked()).toEqual([5, 4, 4, 5]);
});

test('an upstream that takes no 3.1.1 any more is asked for MQTT 5 again', async () => {
  let known = 4;
  const cloud = await upstream({
    connect: ({ protocolVersion }) =>
      protocolVersion === known ? ACCEPT : { ...ACCEPT, reasonCode: 0x84, returnCode: 1 },
  });
  link = await cloud.connect(signal);
  await link.close();
  known = 5;
  await expect(cloud.connect(signal)).rejects.toMatchObject({ code: 'UPSTREAM_REFUSED' });
  link = await cloud.connect(signal);
  expect(link.protocol).toBe(5);
  expect(versionsAsked()).toEqual([5, 4, 4, 5]);
});

test('what is no broker says so', async () => {
  const web = createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const { port } = web.address() as AddressInfo;
  await expect(upstreamTo(port).connect(signal)).rejects.toMatchObject({ code: 'UPSTREAM_PROTOCOL' });
  web.close();
});

test('an upstream that closes the connection at MQTT 5 twice gets 3.1.1, and with the next link is asked again', async () => {
  const cloud = await upstream({ connect: ({ protocolVersion }) => (protocolVersion === 5 ? undefined : ACCEPT) });
  for (let i = 0; i < 2; i++) {
    link = await cloud.connect(signal);
    expect(link.protocol).toBe(4);
    await link.close();
  }
  const versions = server?.received.map((packet) => packet.cmd === 'connect' && packet.protocolVersion);
  expect(versions?.filter(Boolean)).toEqual([5, 5, 4, 5, 5, 4]);
});

test('an upstream that closes the connection once, as it does when it restarts, is still spoken to in MQTT 5', async () => {
  let connections = 0;
  link = await (await upstream({ connect: () => (connections++ === 0 ? undefined : ACCEPT) })).connect(signal);
  expect(link.protocol).toBe(5);
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

test('with a session nothing is lost in, says so', async () => {
  const session = { expiry_s: 3600, qos2_window: 0 };
  link = await (await upstream({ connect: () => ACCEPT }, { session })).connect(signal);
  expect(server?.received[0]).toMatchObject({ clean: false, properties: { sessionExpiryInterval: 3600 } });
});

test('asks for less of a will where the upstream refuses it, and remembers', async () => {
  const cloud = await upstream({
    connect: ({ will }) =>
      will?.retain === true
        ? { ...ACCEPT, reasonCode: 0x9a }
        : will?.qos === 1
          ? { ...ACCEPT, reasonCode: 0x9b }
          : ACCEPT,
  });
  for (let i = 0; i < 2; i++) {
    link = await cloud.connect(signal);
    await link.close();
  }
  const wills = server?.received.flatMap((packet) => (packet.cmd === 'connect' ? [packet.will] : []));
  expect(wills?.map((will) => [will?.qos, will?.retain])).toEqual([
    [1, true],
    [1, false],
    [0, false],
    [0, false],
  ]);
});

test('goes on to the next address, and stays with the one that works', async () => {
  const dead = await freePort();
  const cloud = await upstream({ connect: () => ACCEPT }, { url: `mqtt://127.0.0.1:${dead}` });
  const late = new ScriptedUpstream({ connect: () => ACCEPT });
  link = await cloud.connect(signal);
  await link.close();
  await late.start(dead);
  link = await cloud.connect(signal);
  expect(late.received).toEqual([]);
  expect(server?.received.filter(({ cmd }) => cmd === 'connect')).toHaveLength(2);
  await late.stop();
});

test('when no address works, says why of each', async () => {
  const cloud = await upstream({ connect: () => ({ ...ACCEPT, reasonCode: 0x87 }) }, { url: 'mqtt://127.0.0.1:1' });
  await expect(cloud.connect(signal)).rejects.toMatchObject({
    code: 'UPSTREAM_UNREACHABLE',
    message: expect.stringMatching(/ECONNREFUSED.*; cannot connect to .*Not authorized/),
  });
});

test('in a session that was kept, old QoS 2 exchanges are over before a new message goes', async () => {
  const release = ({ messageId }: { messageId?: number }): Packet => ({ cmd: 'pubcomp', messageId: messageId ?? 0 });
  const session = { expiry_s: 3600, qos2_window: 3 };
  const cloud = await upstream({ connect: () => ({ ...ACCEPT, sessionPresent: true }), release }, { session });
  link = await cloud.connect(signal);
  const message = { topic: 't', payload: Buffer.from('x'), qos: 2, retain: false } as const;
  void link.publish(message, 2, []).catch(() => {});
  await until('the publish', () => server?.received.some(({ cmd }) => cmd === 'publish'));
  expect(server?.received.map((packet) => [packet.cmd, packet.messageId])).toEqual([
    ['connect', undefined],
    ['pubrel', 1],
    ['pubrel', 2],
    ['pubrel', 3],
    ['publish', 1],
  ]);
});

test('a try that is given up ends at once', async () => {
  const cloud = await upstream({ connect: () => ({ ...ACCEPT, reasonCode: 0 }) });
  const giveUp = new AbortController();
  const connecting = cloud.connect(giveUp.signal);
  giveUp.abort(new Error('stop'));
  await expect(connecting).rejects.toThrow('stop');
});
