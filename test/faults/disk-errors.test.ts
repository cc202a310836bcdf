import { afterEach, beforeEach, expect, test } from 'vitest';
import { Caller } from '../rigs/caller.ts';
import { DiskFault, whyNoDiskFault } from '../rigs/disk-fault.ts';
import { freePort } from '../rigs/free-port.ts';
import { Pinbus } from '../rigs/pinbus.ts';
import { RawClient } from '../rigs/raw-client.ts';
import { until } from '../rigs/until.ts';

const PATIENCE_MS = 30_000;
/** As a tired SD card takes. */
const SLOW_MS = 400;
const LAMP = 'pinbus/v1/porch/lamp';

const missing = whyNoDiskFault();
let pinbus: Pinbus;
let client: RawClient;
let caller: Caller | undefined;
let fault: DiskFault | undefined;

beforeEach(async ({ skip }) => {
  if (missing !== undefined) return skip(missing);
  const nowhere = `mqtt://127.0.0.1:${await freePort()}`;
  pinbus = await Pinbus.start({
    config: {
      entities: [{ id: 'lamp', platform: 'switch', line: 18 }],
      bridges: [{ name: 'cloud', url: nowhere, out: [{ filter: 'load/#', qos: 1 }] }],
    },
  });
  client = new RawClient(pinbus.port, { version: 5 });
  await client.connect();
  await client.subscribe('local/#', `${LAMP}/state`);
});
afterEach(async () => {
  if (missing !== undefined) return;
  await fault?.end();
  fault = undefined;
  await caller?.close();
  caller = undefined;
  client.destroy();
  await pinbus.dispose();
});

/** The reason code that it was acknowledged with. */
async function publish(payload: string): Promise<number> {
  const id = client.publish('load/numbers', payload, { qos: 1 });
  const { reasonCode } = await client.packet('puback', ({ messageId }) => messageId === id, PATIENCE_MS);
  return reasonCode ?? 0;
}

/** Settles when a message at QoS 0 came back, and the lamp is in that state. */
async function live(number: number): Promise<void> {
  const level = number % 2 === 0 ? 'ON' : 'OFF';
  const states = client.payloads().filter((payload) => payload === level).length;
  client.publish('local/number', `${number}`);
  client.publish(`${LAMP}/set`, level);
  await until(
    'what is local',
    () =>
      client.payloads().includes(`${number}`) &&
      client.payloads().filter((payload) => payload === level).length > states,
    PATIENCE_MS,
  );
}

async function depth(): Promise<number> {
  caller ??= await Caller.connect(pinbus.port);
  return ((await caller.result('outbox.status')) as { depth: number }).depth;
}

test('an fsync that fails: nothing is acknowledged that is not kept, the pins go on, and so does the disk when it can', async () => {
  expect(await publish('before')).toBeLessThan(0x80);
  fault = await DiskFault.fails(pinbus.program.pid);
  for (const payload of ['one', 'two', 'three']) expect(await publish(payload)).toBeGreaterThanOrEqual(0x80);
  await live(0);
  await live(1);
  caller = await Caller.connect(pinbus.port);
  expect(await caller.result('health')).toMatchObject({ store: { state: 'failing', last_error: expect.any(String) } });
  await fault.end();
  fault = undefined;

  expect(await publish('after')).toBeLessThan(0x80);
  await pinbus.logged('the end of it', ({ msg }) => msg === 'the database takes writes again');
  expect(await caller.result('health')).toMatchObject({ store: { state: 'ok' } });
  const told = pinbus.program.stdout.filter((line) => line.includes('the database takes no writes'));
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('STORE_IO');

  await caller.close();
  caller = undefined;
  await pinbus.kill();
  await pinbus.start();
  expect(await depth()).toBeGreaterThanOrEqual(2);
  // What was refused may be there, as its commit reached the file; it is not there twice.
  expect(await depth()).toBeLessThanOrEqual(5);
}, 60_000);

test(`an fsync of ${SLOW_MS} ms: QoS 0 and pins go on while a PUBACK waits`, async () => {
  await publish('before');
  fault = await DiskFault.takes(pinbus.program.pid, SLOW_MS);
  let trips = 0;
  let while_waiting = 0;
  for (let number = 0; number < 5; number++) {
    const before = client.all('puback').length;
    const acknowledged = (): boolean => client.all('puback').length > before;
    const waits = publish(`slow ${number}`);
    while (!acknowledged()) {
      await live(trips++);
      if (!acknowledged()) while_waiting += 1;
    }
    expect(await waits).toBeLessThan(0x80);
  }
  // Some hundred on a machine that does nothing else; none where the disk holds them up.
  expect(while_waiting).toBeGreaterThanOrEqual(3);
  expect(await depth()).toBe(6);
}, 60_000);
