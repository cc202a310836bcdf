import { afterEach, expect, test } from 'vitest';
import { BridgedOutbox, bridge } from '../../rigs/bridged-outbox.ts';
import { Mosquitto } from '../../rigs/mosquitto.ts';
import { until } from '../../rigs/until.ts';
import { UpstreamSubscriber } from '../../rigs/upstream-subscriber.ts';

let cloud: Mosquitto;
let node: BridgedOutbox | undefined;
let app: UpstreamSubscriber | undefined;
afterEach(async () => {
  await node?.remove();
  await app?.close();
  await cloud.remove();
});

test.each(['5', '3.1.1'] as const)(
  'what is sent down while the bridge is away arrives when it is back, in order (MQTT %s)',
  async (version) => {
    cloud = await Mosquitto.make();
    await cloud.start();
    app = await UpstreamSubscriber.connect(cloud.port, 'nothing');
    node = new BridgedOutbox();
    const inbound = bridge(cloud.port, { version, in: [{ filter: 'pinbus/v1/porch/+/set', qos: 1, retain: true }] });
    await node.start([inbound]);
    const { bridges, taken } = node;
    await app.publish('pinbus/v1/porch/lamp/set', 'before');
    await until('the subscription', async () => {
      await app?.publish('pinbus/v1/porch/lamp/set', 'before');
      return taken.length > 0;
    });
    await node.apply([]);
    const sent = Array.from({ length: 150 }, (_, index) => `away ${index}`);
    for (const payload of sent) await app.publish('pinbus/v1/porch/lamp/set', payload);
    await node.apply([inbound]);
    await until('all of it', () => taken.some(({ payload }) => payload.toString() === 'away 149'));
    const away = taken.map(({ payload }) => payload.toString()).filter((payload) => payload.startsWith('away'));
    expect(away).toEqual(sent);
    expect(bridges.status()).toMatchObject([{ state: 'connected', last_error: undefined }]);
  },
);
