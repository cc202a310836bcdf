import { afterAll, beforeAll, expect, test } from 'vitest';
import { Caller } from '../../rigs/caller.ts';
import { FaultProxy } from '../../rigs/fault-proxy.ts';
import { Mosquitto } from '../../rigs/mosquitto.ts';
import { Pinbus } from '../../rigs/pinbus.ts';
import { until } from '../../rigs/until.ts';
import { UpstreamSubscriber } from '../../rigs/upstream-subscriber.ts';

const COMMANDS = 40;
const PATIENCE_MS = 20_000;

let cloud: Mosquitto;
let link: FaultProxy;
let node: Pinbus;
let caller: Caller;
let person: UpstreamSubscriber;

beforeAll(async () => {
  cloud = await Mosquitto.make();
  await cloud.start();
  link = await FaultProxy.start(cloud.port);
  node = await Pinbus.start({
    config: {
      entities: [{ id: 'lamp', platform: 'switch', line: 18 }],
      // Each command and each state is on disk for the upstream before it is acknowledged here.
      bridges: [{ name: 'cloud', url: `mqtt://127.0.0.1:${link.port}`, out: [{ filter: 'pinbus/v1/porch/lamp/#' }] }],
    },
  });
  caller = await Caller.connect(node.port);
  person = await UpstreamSubscriber.connect(node.port, 'pinbus/v1/porch/lamp/state', 'person');
}, 60_000);
afterAll(async () => {
  await person.close();
  await caller.close();
  await node.dispose();
  await link.stop();
  await cloud.remove();
});

interface Report {
  readonly depth: number;
  /** Of each bridge; `drained`: messages that the upstream took since the start. */
  readonly bridges: readonly { readonly state: string; readonly drained: number }[];
}

const report = async () => (await caller.result('outbox.status')) as Report;
const taken = async () => (await report()).bridges[0]?.drained;

/** Nothing is on its way to the upstream, and no answer on its way back. */
const quiet = () =>
  until(
    'an upstream that has everything',
    async () => {
      const { depth, bridges } = await report();
      return depth === 0 && bridges[0]?.state === 'connected';
    },
    PATIENCE_MS,
  );

/** A person switches the lamp again and again, and reads each time that it is so; `each` happens before every command. */
async function switches(each: () => void = () => {}): Promise<void> {
  for (let count = 1; count <= COMMANDS; count += 1) {
    each();
    const before = person.received.length;
    await person.publish('pinbus/v1/porch/lamp/set', 'TOGGLE');
    await until('the state', () => person.received.length > before, PATIENCE_MS);
  }
}

/** None of it was owed to an answer from upstream, for there was none. */
async function switchesWithoutUpstream(): Promise<void> {
  const before = await taken();
  await switches();
  expect(await taken()).toBe(before);
}

test('who switches a lamp here does not wait for an upstream that hangs', async () => {
  await quiet();
  link.set({ swallows: ['up', 'down'] });
  await switchesWithoutUpstream();
}, 60_000);

test('nor for one that is down', async () => {
  link.heal();
  link.reset();
  await quiet();
  link.cut();
  await switchesWithoutUpstream();
}, 60_000);

test('nor for one that comes and goes', async () => {
  link.heal();
  await switches(() => link.reset());
}, 60_000);

test('nor for one that is slow, with all of that before it', async () => {
  link.set({ bytes_per_s: 2_000 });
  await switches();
  link.heal();
}, 60_000);

test('and the upstream has the last state in the end', async () => {
  const upstream = await UpstreamSubscriber.connect(cloud.port, 'pinbus/v1/porch/lamp/state');
  const last = person.payloads.at(-1);
  await until('the last state', () => upstream.payloads.at(-1) === last, 60_000);
  await upstream.close();
}, 90_000);
