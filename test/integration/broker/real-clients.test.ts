import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BusClient, latest } from '../../rigs/bus-client.ts';
import { type EmbeddedBroker, startBroker } from '../../rigs/embedded-broker.ts';
import { freePort } from '../../rigs/free-port.ts';
import { connectMosquittoClients } from '../../rigs/mosquitto-clients.ts';
import { connectNpmMqtt } from '../../rigs/npm-mqtt.ts';
import { connectPaho } from '../../rigs/paho.ts';
import { Program } from '../../rigs/program.ts';
import { until } from '../../rigs/until.ts';

let house: EmbeddedBroker;
beforeEach(async () => {
  house = await startBroker();
});
afterEach(() => house.stop());

const clients = { mosquitto: connectMosquittoClients, paho: connectPaho, npm: connectNpmMqtt } as const;

describe.each(['3.1.1', '5'] as const)('MQTT %s', (version) => {
  test.each(['mosquitto', 'paho', 'npm'] as const)(
    '%s: every QoS, retained first, and a retained one deleted',
    async (name) => {
      let client: BusClient | undefined;
      try {
        client = await clients[name](house.port, version);
        await client.publish('real/kept', 'kept', { qos: 1, retain: true });
        await client.subscribe('real/#', 2);
        const mine = client;
        await until('the retained one', () => latest(mine, 'real/kept')?.retain);
        for (const qos of [0, 1, 2] as const) {
          await client.publish(`real/qos${qos}`, 'ü', { qos });
          const got = await until(`QoS ${qos}`, () => latest(mine, `real/qos${qos}`));
          expect(got).toMatchObject({ payload: 'ü', qos, retain: false });
        }
        await client.publish('real/kept', '', { qos: 2, retain: true });
        await until('it is deleted', () => house.broker.stats().retained === 0);
      } finally {
        await client?.close();
      }
    },
  );
});

test("mosquitto's bridge works both ways, with notifications, and sends nothing back to where it came from", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pinbus-bridge-'));
  const port = await freePort();
  const config = join(folder, 'mosquitto.conf');
  writeFileSync(
    config,
    [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous true',
      'connection up',
      `address 127.0.0.1:${house.port}`,
      'topic # both 1 far/ near/',
      'notifications true',
      'remote_clientid bridge',
      'restart_timeout 1',
    ].join('\n'),
  );
  const states: string[] = [];
  house.broker.subscribe('$SYS/broker/connection/#', ({ payload }) => states.push(payload.toString()));
  const near: string[] = [];
  house.broker.subscribe('near/#', ({ topic, payload }) => near.push(`${topic} ${payload.toString()}`));
  const mosquitto = new Program('/usr/sbin/mosquitto', ['-c', config]);
  try {
    await until('the bridge says it is there', () => states.includes('1'), 10_000);
    const far = house.broker.clients().find(({ id }) => id === 'bridge');
    expect(far?.protocol).toBe('3.1.1');
    const client = await connectNpmMqtt(port, '3.1.1');
    await client.subscribe('far/#');
    await until('its subscription is here', () => (house.broker.clients()[0]?.subscriptions ?? 0) > 0);
    await house.broker.publish({ topic: 'near/down', payload: Buffer.from('1'), qos: 1, retain: false });
    await until('down', () => latest(client, 'far/down')?.payload === '1');
    await client.publish('far/up', '2', { qos: 1 });
    await until('up', () => near.includes('near/up 2'));
    await client.publish('far/end', '3', { qos: 1 });
    await until('the end', () => near.includes('near/end 3'));
    expect(near).toEqual(['near/down 1', 'near/up 2', 'near/end 3']);
    expect(client.received.map(({ payload }) => payload)).toEqual(['1', '2', '3']);
    await client.close();
  } finally {
    await mosquitto.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  await until('it says that it went', () => states.at(-1) === '0');
});
