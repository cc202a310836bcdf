import { afterEach, beforeEach, expect, test } from 'vitest';
import { Pinbus } from '../rigs/pinbus.ts';
import { ACCEPT, acknowledge, ScriptedUpstream } from '../rigs/scripted-upstream.ts';
import { until } from '../rigs/until.ts';

/** An upstream that turned against its nodes. */
let upstream: ScriptedUpstream;
let pinbus: Pinbus;
beforeEach(async () => {
  upstream = new ScriptedUpstream({
    connect: () => ACCEPT,
    publish: acknowledge,
    subscribe: ({ messageId = 0, subscriptions }) => ({
      cmd: 'suback',
      messageId,
      granted: subscriptions.map(() => 1),
    }),
  });
  const url = `mqtt://127.0.0.1:${await upstream.start()}`;
  pinbus = await Pinbus.start({
    config: {
      entities: [{ id: 'lamp', platform: 'switch', line: 18 }],
      bridges: [{ name: 'cloud', url, out: [{ filter: 'pinbus/v1/porch/#' }], in: [{ filter: '#' }] }],
    },
  });
  await until('the subscription', () => upstream.received.some(({ cmd }) => cmd === 'subscribe'), 15_000);
});
afterEach(async () => {
  await pinbus.dispose();
  await upstream.stop();
});

const said = (part: string): readonly string[] =>
  upstream.received.flatMap((packet) =>
    packet.cmd === 'publish' && packet.topic === `pinbus/v1/porch/${part}` ? [packet.payload.toString()] : [],
  );
const rejections = () => said('rejected').map((payload) => JSON.parse(payload) as { topic: string; code: string });
const acknowledged = () => upstream.received.flatMap((packet) => (packet.cmd === 'puback' ? [packet.messageId] : []));

/** A PUBLISH of QoS 1 in bytes: a generator of packets refuses what is tried here. */
function publish(id: number, topic: string, payload: string, properties: readonly number[] = []): Buffer {
  const name = Buffer.from(topic);
  const body = Buffer.concat([
    Buffer.from([0, name.length]),
    name,
    Buffer.from([0, id, properties.length, ...properties]),
    Buffer.from(payload),
  ]);
  return Buffer.concat([Buffer.from([0x32, body.length]), body]);
}

test('what an upstream sends to what is no topic is refused, and the next command is carried out', async () => {
  const topics = ['any\0where', 'pinbus/v1/porch/+/set', 'pinbus/v1/porch/#'];
  topics.forEach((topic, place) => upstream.sendBytes(publish(place + 1, topic, 'ON')));
  await until('all to be answered', () => rejections().length === 3 && acknowledged().length === 3);
  expect(rejections()).toMatchObject(topics.map((topic) => ({ topic, code: 'TOPICS_NAME_INVALID' })));
  expect(said('lamp/state')).not.toContain('ON');
  upstream.sendBytes(publish(9, 'pinbus/v1/porch/lamp/set', 'ON'));
  await until('the state', () => said('lamp/state').at(-1) === 'ON');
});

test("an upstream's command that has expired is not carried out", async () => {
  upstream.sendBytes(publish(1, 'pinbus/v1/porch/lamp/set', 'ON', [0x02, 0, 0, 0, 0]));
  await until('the rejection', () => rejections().length === 1);
  expect(rejections()).toMatchObject([{ topic: 'pinbus/v1/porch/lamp/set', code: 'AGENT_COMMAND_HISTORIC' }]);
  upstream.sendBytes(publish(2, 'pinbus/v1/porch/lamp/set', 'ON', [0x02, 0, 0, 0, 60]));
  await until('the state', () => said('lamp/state').at(-1) === 'ON');
});
