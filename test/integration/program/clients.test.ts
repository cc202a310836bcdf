import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BusClient, type ConnectClient, latest, type ProtocolVersion } from '../../rigs/bus-client.ts';
import { Caller } from '../../rigs/caller.ts';
import { type DemoEntity, demoHouse } from '../../rigs/demo-house.ts';
import { connectMosquittoClients } from '../../rigs/mosquitto-clients.ts';
import { connectNpmMqtt } from '../../rigs/npm-mqtt.ts';
import { connectPaho } from '../../rigs/paho.ts';
import { Pinbus } from '../../rigs/pinbus.ts';
import { until } from '../../rigs/until.ts';

const CLIENTS: readonly { name: string; version: ProtocolVersion; connect: ConnectClient }[] = (
  [
    ['mosquitto_sub and mosquitto_pub', connectMosquittoClients],
    ['paho for Python', connectPaho],
    ['mqtt for npm', connectNpmMqtt],
  ] as const
).flatMap(([name, connect]) => [
  { name, version: '5' as const, connect },
  { name, version: '3.1.1' as const, connect },
]);

const { config, entities } = demoHouse();
const of = (...platforms: string[]): readonly DemoEntity[] =>
  entities.filter((entity) => platforms.includes(entity.platform));
const topic = (id: string, leaf: string): string => `pinbus/v1/porch/${id}/${leaf}`;

describe('every entity of the demo', () => {
  let pinbus: Pinbus;
  let house: Caller;

  beforeAll(async () => {
    pinbus = await Pinbus.start({ config });
    house = await Caller.connect(pinbus.port);
  });

  afterAll(async () => {
    await pinbus?.dispose();
  });

  describe.each(CLIENTS)('$name, MQTT $version', ({ connect, version }) => {
    let client: BusClient;

    beforeEach(async () => {
      client = await connect(pinbus.port, version);
      await client.subscribe('pinbus/v1/porch/#');
    });

    afterEach(async () => {
      expect(client.received.filter(({ topic: name }) => name.endsWith('/rejected'))).toEqual([]);
      await client.close();
    });

    const state = (id: string): string | undefined => latest(client, topic(id, 'state'))?.payload;
    const pin = async ({ line }: DemoEntity): Promise<boolean> => (await house.line(line ?? -1)).level;

    test('is seen', async () => {
      await until('the node online', () => latest(client, 'pinbus/v1/porch/status')?.payload === 'online');
      const { payload } = await until('info', () => latest(client, 'pinbus/v1/porch/info'));
      const info = JSON.parse(payload) as { entities: DemoEntity[] };
      expect(info.entities.map(({ id }) => id).toSorted()).toEqual(entities.map(({ id }) => id).toSorted());
      for (const { id, platform } of entities) {
        const availability = await until(`availability of ${id}`, () => latest(client, topic(id, 'availability')));
        expect(availability.payload).toMatch(/^(?:online|offline)$/);
        const has = availability.payload === 'online' && !['event', 'button'].includes(platform);
        if (has) await until(`a state of ${id}`, () => state(id));
      }
    });

    test('switches are commanded', async () => {
      for (const entity of of('switch')) {
        for (const command of ['ON', 'OFF']) {
          await client.publish(topic(entity.id, 'set'), command, { qos: 1 });
          await until(`${entity.id} ${command}`, () => state(entity.id) === command);
          expect(await pin(entity)).toBe(command === 'ON');
        }
      }
    });

    test('lights are commanded, with brightness', async () => {
      for (const entity of of('light')) {
        const lit = (): Record<string, unknown> => JSON.parse(state(entity.id) ?? '{}') as Record<string, unknown>;
        await client.publish(topic(entity.id, 'set'), '{"state":"ON","brightness":120}', { qos: 1 });
        await until(`${entity.id} at 120`, () => lit()['state'] === 'ON' && lit()['brightness'] === 120);
        await client.publish(topic(entity.id, 'set'), 'OFF', { qos: 1 });
        await until(`${entity.id} off`, () => lit()['state'] === 'OFF');
      }
    });

    test('fans are commanded, with a percentage', async () => {
      for (const entity of of('fan')) {
        const speed = (): Record<string, unknown> => JSON.parse(state(entity.id) ?? '{}') as Record<string, unknown>;
        await client.publish(topic(entity.id, 'set'), '{"percentage":40}', { qos: 1 });
        await until(`${entity.id} at 40`, () => speed()['state'] === 'ON' && speed()['percentage'] === 40);
        await client.publish(topic(entity.id, 'set'), 'OFF', { qos: 1 });
        await until(`${entity.id} off`, () => speed()['state'] === 'OFF');
      }
    });

    test('covers move and stop', async () => {
      for (const entity of of('cover')) {
        const motion = (): unknown => (JSON.parse(state(entity.id) ?? '{}') as Record<string, unknown>)['state'];
        await client.publish(topic(entity.id, 'set'), 'CLOSE', { qos: 1 });
        await until(`${entity.id} closing`, () => motion() === 'closing');
        await client.publish(topic(entity.id, 'set'), 'STOP', { qos: 1 });
        await until(`${entity.id} still`, () => motion() === 'stopped');
      }
    });

    test('numbers are set', async () => {
      for (const entity of of('number')) {
        for (const value of ['30', '0']) {
          await client.publish(topic(entity.id, 'set'), value, { qos: 1 });
          await until(`${entity.id} at ${value}`, () => state(entity.id) === value);
        }
      }
    });

    test('buttons pulse their line', async () => {
      for (const entity of of('button')) {
        await client.publish(topic(entity.id, 'set'), 'PRESS', { qos: 1 });
        await until(`${entity.id} pressed`, () => pin(entity));
        await until(`${entity.id} released`, async () => !(await pin(entity)));
      }
    });

    test('sensors follow their wire', async () => {
      for (const entity of of('binary_sensor')) {
        const before = await until(`a state of ${entity.id}`, () => state(entity.id));
        const level = await pin(entity);
        await house.drive(entity.line ?? -1, level ? 'low' : 'high');
        await until(`${entity.id} to change`, () => state(entity.id) !== before);
        await house.drive(entity.line ?? -1, 'open');
        await until(`${entity.id} as before`, () => state(entity.id) === before);
      }
    });

    test('the doorbell rings', async () => {
      for (const entity of of('event')) {
        await house.result('sim.press', { line: entity.line, hold_ms: 100 });
        const ring = await until('the event', () => latest(client, topic(entity.id, 'event')));
        expect(JSON.parse(ring.payload)).toMatchObject({ event_type: 'press' });
        expect(ring.retain).toBe(false);
      }
    });
  });
});
