import { afterEach, beforeEach, expect, test } from 'vitest';
import { CloudScene } from '../../rigs/cloud-scene.ts';
import { until } from '../../rigs/until.ts';

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

let scene: CloudScene;
beforeEach(async () => {
  scene = await CloudScene.set('tenants/#');
});
afterEach(() => scene.end());

const rejections = () =>
  scene.person.received
    .filter(({ topic }) => topic === 'tenants/acme/porch/rejected')
    .map(({ payload }) => JSON.parse(payload) as Record<string, string>);

async function start(version: '5' | '3.1.1'): Promise<void> {
  const bridge = { name: 'cloud', url: scene.url, version, ...BRIDGE };
  await scene.start({ entities: [LAMP, GATE], bridges: [bridge] });
  await until('the state upstream', () => scene.latest('tenants/acme/porch/lamp/state') === 'OFF', 15_000);
  await until('that commands come down', async () => {
    await scene.person.publish('tenants/acme/porch/lamp/command', 'ON');
    return scene.latest('tenants/acme/porch/lamp/state') === 'ON';
  });
}

test.each(['5', '3.1.1'] as const)(
  'what comes down is as valid as what is said here, and who sent it reads what was refused (MQTT %s)',
  async (version) => {
    await start(version);
    await scene.person.publish('tenants/acme/porch/lamp/command', 'blue');
    await scene.person.publish('tenants/acme/porch/gate/command', 'ON');
    await scene.person.publish('tenants/acme/porch/says/lamp/state', 'forged');
    await until('three rejections', () => rejections().length >= 3);
    expect(rejections().map(({ topic, code, client }) => [topic, code, client])).toEqual([
      ['pinbus/v1/porch/lamp/set', 'TOPICS_PAYLOAD_NOT_ALLOWED', 'cloud'],
      ['pinbus/v1/porch/gate/set', 'BRIDGE_ENTITY_NOT_ALLOWED', 'cloud'],
      ['pinbus/v1/porch/lamp/state', 'BRIDGE_TOPIC_OWN', 'cloud'],
    ]);
    await scene.person.publish('tenants/acme/porch/lamp/command', 'OFF');
    await until('the next command', () => scene.latest('tenants/acme/porch/lamp/state') === 'OFF');
    expect(scene.latest('tenants/acme/porch/gate/state')).toBe('OFF');
    for (const code of ['BRIDGE_ENTITY_NOT_ALLOWED', 'BRIDGE_TOPIC_OWN', 'TOPICS_PAYLOAD_NOT_ALLOWED']) {
      await scene.pinbus.logged(code, (line) => line['code'] === code);
    }
  },
  40_000,
);

test('commands of an earlier time are not carried out', async () => {
  await start('5');
  await scene.person.publish('tenants/acme/porch/lamp/command', 'OFF', { retain: true });
  await scene.person.publish('tenants/acme/porch/lamp/command', 'OFF', { userProperties: { historic: 'true' } });
  await until('two rejections', () => rejections().length >= 2);
  expect(rejections().map(({ code }) => code)).toEqual(['AGENT_COMMAND_RETAINED', 'AGENT_COMMAND_HISTORIC']);
  await scene.person.publish('tenants/acme/porch/lamp/command', 'TOGGLE');
  await until('the one that is meant', () => scene.latest('tenants/acme/porch/lamp/state') === 'OFF');
}, 40_000);

test('a retained command is refused at each new link as well', async () => {
  await scene.person.publish('tenants/acme/porch/gate/command', 'ON', { retain: true });
  await scene.person.publish('tenants/acme/porch/lamp/command', 'ON', { retain: true });
  const bridge = { name: 'cloud', url: scene.url, ...BRIDGE };
  await scene.start({ entities: [LAMP, GATE], bridges: [bridge] });
  await until('the rejections', () => rejections().length >= 2, 15_000);
  const codes = new Set(rejections().map(({ code }) => code));
  expect(codes).toEqual(new Set(['AGENT_COMMAND_RETAINED', 'BRIDGE_ENTITY_NOT_ALLOWED']));
  await until('the state', () => scene.latest('tenants/acme/porch/lamp/state'));
  expect(scene.latest('tenants/acme/porch/lamp/state')).toBe('OFF');
}, 40_000);

test('a call from upstream is answered where its caller is', async () => {
  await start('5');
  await scene.person.publish('tenants/acme/porch/call/info', '', { responseTopic: 'tenants/acme/replies/me' });
  const answer = await until('the answer', () => scene.latest('tenants/acme/replies/me'));
  expect(JSON.parse(answer)).toMatchObject({ ok: true });
}, 40_000);
