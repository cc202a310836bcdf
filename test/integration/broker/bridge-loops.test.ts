import { afterEach, describe, expect, test } from 'vitest';
import type { BridgeOptions } from '../../../src/broker/options.ts';
import { BridgedNode } from '../../rigs/bridged-node.ts';
import { bridge } from '../../rigs/bridged-outbox.ts';
import { freePort } from '../../rigs/free-port.ts';
import { Mosquitto } from '../../rigs/mosquitto.ts';
import { until } from '../../rigs/until.ts';
import { UpstreamSubscriber } from '../../rigs/upstream-subscriber.ts';

const HOUSE = [{ filter: 'house/#', qos: 1, retain: true }] as const;
const PATIENCE_MS = 15_000;

let nodes: BridgedNode[] = [];
let cloud: Mosquitto | undefined;
let consumer: UpstreamSubscriber | undefined;
afterEach(async () => {
  await consumer?.close();
  for (const node of nodes) await node.remove();
  await cloud?.remove();
  nodes = [];
  cloud = undefined;
  consumer = undefined;
});

/** Nodes that are there, not bridged yet. */
async function house(...ids: readonly string[]): Promise<readonly BridgedNode[]> {
  for (const id of ids) {
    const node = new BridgedNode(id, await freePort());
    nodes.push(node);
    await node.start();
  }
  return nodes;
}

const connected = () => until('all links', () => nodes.every((node) => node.connected), PATIENCE_MS);

/**
 * Each place says something, twice over; then something else, that comes by every way behind it. Gives what every place heard
 * of the first, so often as it was heard.
 */
async function saidAndHeard(places: readonly UpstreamSubscriber[]): Promise<readonly (readonly string[])[]> {
  const everywhere = (what: string) =>
    until(`${what} everywhere`, () => places.every((place) => place.payloads.includes(what)), PATIENCE_MS);
  for (const round of ['once', 'again']) {
    for (const [i, place] of places.entries()) {
      await place.publish('house/bell', `by ${i}`);
      await everywhere(`by ${i}`);
      await place.publish('house/bell', `${round} after ${i}`);
      await everywhere(`${round} after ${i}`);
    }
  }
  // Behind whatever may be coming back.
  for (const [i, place] of places.entries()) {
    await place.publish('house/end', `end ${i}`);
    await everywhere(`end ${i}`);
  }
  return places.map(({ payloads }) => payloads.filter((payload) => !payload.startsWith('end')).sort());
}

/** Every place heard each thing as often as it was said. */
const asSaid = (places: number) => {
  const numbers = Array.from({ length: places }, (_, i) => i);
  const said = numbers.flatMap((i) => [`by ${i}`, `by ${i}`, `once after ${i}`, `again after ${i}`]).sort();
  return numbers.map(() => said);
};

type Version = BridgeOptions['version'];

const to = (
  node: { readonly port: number },
  name: string,
  version: Version,
  more: Partial<BridgeOptions>,
): BridgeOptions => bridge(node.port, { name, version, out: [], ...more });

/** Each is bridged to the next one, the last to the first. */
async function ring(versions: readonly Version[], rules: Partial<BridgeOptions> = { out: HOUSE }): Promise<void> {
  const ids = ['porch', 'shed', 'attic', 'cellar'].slice(0, versions.length);
  await house(...ids);
  for (const [i, version] of versions.entries()) {
    const next = nodes[(i + 1) % nodes.length];
    if (next !== undefined) await nodes[i]?.bridge([to(next, next.id, version, rules)]);
  }
  await connected();
}

describe('a message travels once, whichever link takes its marks off,', () => {
  test.each([
    { versions: ['5', '3.1.1'] },
    { versions: ['5', '3.1.1', '5'] },
    { versions: ['3.1.1', '5', '3.1.1', '5'] },
  ] satisfies { versions: Version[] }[])('round a ring of $versions', async ({ versions }) => {
    await ring(versions);
    expect(await saidAndHeard(nodes.map(({ watcher }) => watcher))).toEqual(asSaid(versions.length));
  });
});

test('a message travels once both ways round a ring, with MQTT 3.1.1', async () => {
  await ring(['3.1.1', '3.1.1', '3.1.1'], { out: HOUSE, in: HOUSE });
  expect(await saidAndHeard(nodes.map(({ watcher }) => watcher))).toEqual(asSaid(3));
});

test.each([{ versions: ['5', '3.1.1'] }, { versions: ['5', '5', '5'] }, { versions: ['5', '3.1.1', '5'] }] satisfies {
  versions: Version[];
}[])(
  'a message ends that goes both ways round a ring of $versions, and is heard twice at most',
  async ({ versions }) => {
    await ring(versions, { out: HOUSE, in: HOUSE });
    const heard = await saidAndHeard(nodes.map(({ watcher }) => watcher));
    const [said] = asSaid(versions.length);
    for (const place of heard) {
      for (const what of new Set(said)) {
        const times = (list: readonly string[] = []) => list.filter((one) => one === what).length;
        expect(times(place), what).toBeGreaterThanOrEqual(times(said));
        expect(times(place), what).toBeLessThanOrEqual(2 * times(said));
      }
    }
  },
);

describe.each(['5', '3.1.1'] as const)('a message travels once, with MQTT %s,', (version) => {
  test('between two nodes, one of which is bridged to the other both ways', async () => {
    const [porch, shed] = await house('porch', 'shed');
    if (porch === undefined || shed === undefined) throw new Error('two nodes');
    await porch.bridge([to(shed, 'shed', version, { out: HOUSE, in: HOUSE })]);
    await connected();
    await subscribed(shed, porch);
    expect(await saidAndHeard(nodes.map(({ watcher }) => watcher))).toEqual(asSaid(2));
  });

  test.each([2, 3])('round a ring of %i nodes', async (size) => {
    await ring(Array.from({ length: size }, () => version));
    expect(await saidAndHeard(nodes.map(({ watcher }) => watcher))).toEqual(asSaid(size));
  });

  test('between a node and the mosquitto that it is bridged to both ways', async () => {
    const [porch] = await house('porch');
    cloud = await Mosquitto.make();
    await cloud.start();
    consumer = await UpstreamSubscriber.connect(cloud.port, 'house/#');
    if (porch === undefined) throw new Error('a node');
    await porch.bridge([to(cloud, 'cloud', version, { out: HOUSE, in: HOUSE })]);
    await connected();
    await subscribed(consumer, porch);
    expect(await saidAndHeard([porch.watcher, consumer])).toEqual(asSaid(2));
  });

  test('between a node and the mosquitto that is bridged to it both ways', async () => {
    const [porch] = await house('porch');
    if (porch === undefined) throw new Error('a node');
    cloud = await Mosquitto.make([
      'connection porch',
      `address 127.0.0.1:${porch.port}`,
      `bridge_protocol_version ${version === '5' ? 'mqttv50' : 'mqttv311'}`,
      'topic house/# both 1',
    ]);
    await cloud.start();
    consumer = await UpstreamSubscriber.connect(cloud.port, 'house/#');
    await subscribed(porch, consumer);
    await subscribed(consumer, porch);
    expect(await saidAndHeard([porch.watcher, consumer])).toEqual(asSaid(2));
  });
});

/** What one says comes to the other. */
async function subscribed(from: BridgedNode | UpstreamSubscriber, to: BridgedNode | UpstreamSubscriber): Promise<void> {
  const [speaker, listener] = [from, to].map((one) => (one instanceof BridgedNode ? one.watcher : one));
  let tries = 0;
  await until('the subscription', async () => {
    await speaker?.publish('house/end', `end of waiting ${tries++}`);
    return listener?.payloads.some((payload) => payload.startsWith('end of waiting'));
  });
}
