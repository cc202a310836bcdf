import { afterEach, beforeEach, expect, test } from 'vitest';
import { Mosquitto } from '../../rigs/mosquitto.ts';
import { Pinbus } from '../../rigs/pinbus.ts';
import { until } from '../../rigs/until.ts';
import { UpstreamSubscriber } from '../../rigs/upstream-subscriber.ts';

const LAMP = { id: 'lamp', platform: 'switch', line: 18 };
const GATE = { id: 'gate', platform: 'switch', line: 23 };
/** A tenant of a cloud, whose names for the node are its own; `gate` is not for the cloud to open. */
const BRIDGE = {
  prefix: 'tenants/acme',
  out: [
    { filter: 'pinbus/v1/porch/{rest}', to: 'porch/{rest}' },
    { filter: 'replies/#', retain: false },
  ],
  in: [
    { filter: 'porch/{entity}/command', to: 'pinbus/v1/porch/{entity}/set', entities: ['lamp'] },
    { filter: 'porch/call/{rest}', to: 'pinbus/v1/porch/call/{rest}' },
    { filter: 'porch/says/{rest}', to: 'pinbus/v1/porch/{rest}' },
  ],
};

let cloud: Mosquitto;
let pinbus: Pinbus;
let person: UpstreamSubscriber;
beforeEach(async () => {
  cloud = await Mosquitto.make();
  await cloud.start();
  person = await UpstreamSubscriber.connect(cloud.port, 'tenants/#');
});
afterEach(async () => {
  await person.close();
  await pinbus.dispose();
  await cloud.remove();
});

const latest = (topic: string) => person.received.findLast((message) => message.topic === topic)?.payload;
const rejections = () =>
  person.received
    .filter(({ topic }) => topic === 'tenants/acme/porch/rejected')
    .map(({ payload }) => JSON.parse(payload) as Record<string, string>);

async function start(version: '5' | '3.1.1'): Promise<void> {
  const bridge = { name: 'cloud', url: `mqtt://127.0.0.1:${cloud.port}`, version, ...BRIDGE };
  pinbus = await Pinbus.start({ config: { entities: [LAMP, GATE], bridges: [bridge] } });
  await until('the state upstream', () => latest('tenants/acme/porch/lamp/state') === 'OFF', 15_000);
  await until('that commands come down', async () => {
    await person.publish('tenants/acme/porch/lamp/command', 'ON');
    return latest('tenants/acme/porch/lamp/state') === 'ON';
  });
}

test.each(['5', '3.1.1'] as const)(
  'what comes down is as valid as what is said here, and who sent it reads what was refused (MQTT %s)',
  async (version) => {
    await start(version);
    await person.publish('tenants/acme/porch/lamp/command', 'blue');
    await person.publish('tenants/acme/porch/gate/command', 'ON');
    await person.publish('tenants/acme/porch/says/lamp/state', 'forged');
    await until('three rejections', () => rejections().length >= 3);
    expect(rejections().map(({ topic, code, client }) => [topic, code, client])).toEqual([
      ['pinbus/v1/porch/lamp/set', 'TOPICS_PAYLOAD_NOT_ALLOWED', 'cloud'],
      ['pinbus/v1/porch/gate/set', 'BRIDGE_ENTITY_NOT_ALLOWED', 'cloud'],
      ['pinbus/v1/porch/lamp/state', 'BRIDGE_TOPIC_OWN', 'cloud'],
    ]);
    await person.publish('tenants/acme/porch/lamp/command', 'OFF');
    await until('the next command', () => latest('tenants/acme/porch/lamp/state') === 'OFF');
    expect(latest('tenants/acme/porch/gate/state')).toBe('OFF');
    for (const code of ['BRIDGE_ENTITY_NOT_ALLOWED', 'BRIDGE_TOPIC_OWN', 'TOPICS_PAYLOAD_NOT_ALLOWED']) {
      await pinbus.logged(code, (line) => line['code'] === code);
    }
  },
  40_000,
);

test('commands of an earlier time are not carried out', async () => {
  await start('5');
  await person.publish('tenants/acme/porch/lamp/command', 'OFF', { retain: true });
  await person.publish('tenants/acme/porch/lamp/command', 'OFF', { userProperties: { historic: 'true' } });
  await until('two rejections', () => rejections().length >= 2);
  expect(rejections().map(({ code }) => code)).toEqual(['AGENT_COMMAND_RETAINED', 'AGENT_COMMAND_HISTORIC']);
  await person.publish('tenants/acme/porch/lamp/command', 'TOGGLE');
  await until('the one that is meant', () => latest('tenants/acme/porch/lamp/state') === 'OFF');
}, 40_000);

test('a retained command is refused at each new link as well', async () => {
  await person.publish('tenants/acme/porch/gate/command', 'ON', { retain: true });
  await person.publish('tenants/acme/porch/lamp/command', 'ON', { retain: true });
  const bridge = { name: 'cloud', url: `mqtt://127.0.0.1:${cloud.port}`, ...BRIDGE };
  pinbus = await Pinbus.start({ config: { entities: [LAMP, GATE], bridges: [bridge] } });
  await until('the rejections', () => rejections().length >= 2, 15_000);
  const codes = new Set(rejections().map(({ code }) => code));
  expect(codes).toEqual(new Set(['AGENT_COMMAND_RETAINED', 'BRIDGE_ENTITY_NOT_ALLOWED']));
  await until('the state', () => latest('tenants/acme/porch/lamp/state'));
  expect(latest('tenants/acme/porch/lamp/state')).toBe('OFF');
}, 40_000);

test('a call from upstream is answered where its caller is', async () => {
  await start('5');
  await person.publish('tenants/acme/porch/call/info', '', { responseTopic: 'tenants/acme/replies/me' });
  const answer = await until('the answer', () => latest('tenants/acme/replies/me'));
  expect(JSON.parse(answer)).toMatchObject({ ok: true });
}, 40_000);
