import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BusClient } from '../../rigs/bus-client.ts';
import { Caller } from '../../rigs/caller.ts';
import { connectMosquittoClients } from '../../rigs/mosquitto-clients.ts';
import { connectNpmMqtt } from '../../rigs/npm-mqtt.ts';
import { LoadClient } from '../../rigs/load-client.ts';
import { Pinbus } from '../../rigs/pinbus.ts';
import { until } from '../../rigs/until.ts';

const CALL = 'pinbus/v1/porch/call';

describe('calls', () => {
  let pinbus: Pinbus;
  let caller: Caller;
  /** mosquitto's clients, in MQTT 3.1.1. */
  let shell: BusClient;

  beforeAll(async () => {
    const lamp = { id: 'lamp', platform: 'switch', line: 17 };
    const bell = { id: 'bell', platform: 'event', line: 24 };
    pinbus = await Pinbus.start({ config: { entities: [lamp, bell] } });
    caller = await Caller.connect(pinbus.port);
    shell = await connectMosquittoClients(pinbus.port, '3.1.1');
    await shell.subscribe('reply/#');
    await shell.subscribe('pinbus/v1/porch/rejected');
  });

  afterAll(async () => {
    await shell.close();
    await caller.close();
    await pinbus.dispose();
  });

  const code = async (method: string, params: object = {}): Promise<string> => {
    const reply = await caller.call(method, params);
    return reply.ok ? 'ok' : reply.error.code;
  };
  const rejections = () =>
    shell.received
      .filter(({ topic }) => topic === 'pinbus/v1/porch/rejected')
      .map(({ payload }) => JSON.parse(payload) as { topic: string; code: string; client: string });

  it('answers MQTT 5 on the response topic, as mosquitto_rr asks', () => {
    const { port } = pinbus;
    const args = ['-p', String(port), '-V', '5', '-t', `${CALL}/info`, '-e', 'rr/answer', '-n', '-W', '5'];
    const { stdout, status } = spawnSync('mosquitto_rr', args, { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, result: { version: '0.1.0', driver: 'sim' } });
  });

  it('answers MQTT 3.1.1 by reply_to and id, as mosquitto_pub asks', async () => {
    await shell.publish(`${CALL}/entities`, '{"reply_to":"reply/here","id":7}');
    const reply = await until('the answer', () => shell.received.find(({ topic }) => topic === 'reply/here'));
    expect(reply.retain).toBe(false);
    expect(JSON.parse(reply.payload)).toMatchObject({
      id: 7,
      ok: true,
      result: [{ id: 'lamp', platform: 'switch', state: 'OFF', available: true, lines: [17] }, { id: 'bell' }],
    });
  });

  it('names of each entity the topics that it has, and no others', async () => {
    const listed = (await caller.result('entities')) as { id: string; topics: Record<string, string> }[];
    const parts = Object.fromEntries(listed.map(({ id, topics }) => [id, Object.keys(topics).toSorted()]));
    expect(parts).toEqual({
      bell: ['attributes', 'availability', 'event'],
      lamp: ['attributes', 'availability', 'set', 'state'],
    });
  });

  it('knows how the node is and what is wrong with its config', async () => {
    expect(await caller.result('health')).toMatchObject({ broker: { retained: expect.any(Number) as number } });
    expect(await caller.result('config.check')).toMatchObject({ ok: true, problems: [] });
  });

  it('lists the clients, and ends the connection of one by its id', async () => {
    const guest = await LoadClient.connect(pinbus.port, 'guest');
    const ids = async (): Promise<string[]> =>
      ((await caller.result('clients.list')) as { id: string }[]).map(({ id }) => id);
    expect(await ids()).toContain('guest');
    expect(await caller.result('clients.kick', { client: 'guest' })).toEqual({ client: 'guest' });
    await until('the guest is gone', () => guest.closed);
    expect(await ids()).not.toContain('guest');
    expect(await code('clients.kick', { client: 'guest' })).toBe('BROKER_CLIENT_UNKNOWN');
  });

  it('changes the level of the log while it runs, for components that exist', async () => {
    expect(await caller.result('log.level')).toEqual({ level: 'info' });
    expect(await caller.result('log.level', { level: 'debug' })).toEqual({ level: 'debug' });
    await shell.publish('pinbus/v1/porch/lamp/set', 'PERHAPS');
    await pinbus.logged('a debug line', ({ level, component }) => level === 'debug' && component === 'entities');
    expect(await caller.result('log.level', { level: 'info' })).toEqual({ level: 'info' });
  });

  it.each([
    ['a method that there is not', 'dance', {}, 'AGENT_CALL_UNKNOWN'],
    ['a name of an object', 'constructor', {}, 'AGENT_CALL_UNKNOWN'],
    ['a parameter too many', 'info', { verbose: true }, 'AGENT_CALL_PARAMS_INVALID'],
    ['a value that is not allowed', 'log.level', { level: 'loud' }, 'AGENT_CALL_PARAMS_INVALID'],
    ['a line that is not there', 'sim.line', { line: 400, level: 'high' }, 'HW_LINE_UNKNOWN'],
  ])('answers %s with its code', async (_what, method, params, expected) => {
    expect(await code(method, params)).toBe(expected);
  });

  it.each([
    ['the node itself', 'pinbus/v1/porch/lamp/set'],
    ['another call', `${CALL}/info`],
    ['a state', 'pinbus/v1/porch/lamp/state'],
    ['another node', 'pinbus/v1/garage/door/set'],
    ['Home Assistant’s discovery', 'homeassistant/switch/evil/config'],
    ['a wildcard', 'reply/+'],
    ['the broker', '$SYS/broker'],
  ])('does not answer to %s, and says so', async (_what, reply_to) => {
    const before = rejections().length;
    await shell.publish(`${CALL}/info`, JSON.stringify({ reply_to }));
    await until('the rejection', () => rejections().length > before);
    expect(rejections().at(-1)).toMatchObject({ topic: `${CALL}/info`, code: 'TOPICS_CALL_REPLY_TOPIC_REFUSED' });
  });

  it('rejects what is not JSON and what names nowhere to answer', async () => {
    const before = rejections().length;
    await shell.publish(`${CALL}/info`, '{"reply_to":');
    await shell.publish(`${CALL}/info`, '');
    await until('both', () => rejections().length === before + 2);
    expect(
      rejections()
        .slice(-2)
        .map((rejection) => rejection.code),
    ).toEqual(['TOPICS_PAYLOAD_NOT_JSON', 'TOPICS_CALL_NO_REPLY_TOPIC']);
  });

  it('does not answer a retained call, and takes it off the bus', async () => {
    await shell.publish(`${CALL}/info`, '{"reply_to":"reply/retained"}', { retain: true });
    const reply = await until('the answer', () => shell.received.find(({ topic }) => topic === 'reply/retained'));
    expect(JSON.parse(reply.payload)).toMatchObject({ ok: false, error: { code: 'AGENT_CALL_RETAINED' } });
    const later = await connectNpmMqtt(pinbus.port, '5');
    await later.subscribe(`${CALL}/#`);
    await later.subscribe('pinbus/v1/porch/status');
    await until('the retained ones', () => later.received.length > 0);
    expect(later.received.filter(({ topic }) => topic.startsWith(CALL))).toEqual([]);
    await later.close();
  });

  it('answers everyone in a crowd, if only that it is busy', async () => {
    const replies = await Promise.all(Array.from({ length: 200 }, () => caller.call('health')));
    for (const reply of replies) if (!reply.ok) expect(reply.error.code).toBe('AGENT_CALL_BUSY');
    expect(await code('info')).toBe('ok');
  });

  it('moves simulated wires, by calls and by topics', async () => {
    await caller.drive(23, 'high');
    expect((await caller.line(23)).level).toBe(true);
    await shell.publish('pinbus/v1/porch/sim/23/set', 'low', { qos: 1 });
    await until('the wire', async () => !(await caller.line(23)).level);
    const before = rejections().length;
    await shell.publish('pinbus/v1/porch/sim/23/set', 'sideways');
    await shell.publish('pinbus/v1/porch/sim/444/set', 'high');
    await until('both', () => rejections().length === before + 2);
    expect(
      rejections()
        .slice(-2)
        .map((rejection) => rejection.code),
    ).toEqual(['TOPICS_PAYLOAD_NOT_ALLOWED', 'HW_LINE_UNKNOWN']);
  });
});
