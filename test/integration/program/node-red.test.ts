import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Caller } from '../../rigs/caller.ts';
import { LoadClient } from '../../rigs/load-client.ts';
import { type FlowNode, startNodeRed } from '../../rigs/node-red.ts';
import { Pinbus } from '../../rigs/pinbus.ts';
import { until } from '../../rigs/until.ts';

const MOTION_LINE = 23;
const BELL_LINE = 24;

const FOLDER = 'examples/node-red';

/** The examples as they are shipped, all of one broker; only its address is the test's. */
function flows(port: number): FlowNode[] {
  const nodes = readdirSync(FOLDER).flatMap(
    (file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as FlowNode[],
  );
  const once = new Map(nodes.map((node) => [node.id, node]));
  return [...once.values()].map((node) => (node.type === 'mqtt-broker' ? { ...node, port: String(port) } : node));
}

describe('the flows of examples/node-red in a real Node-RED', () => {
  let pinbus: Pinbus;
  let nodeRed: Awaited<ReturnType<typeof startNodeRed>>;

  beforeAll(async () => {
    pinbus = await Pinbus.start({
      config: {
        entities: [
          { id: 'hall_motion', platform: 'binary_sensor', device_class: 'motion', line: MOTION_LINE },
          { id: 'porch_lamp', platform: 'switch', line: 18 },
          { id: 'doorbell', platform: 'event', line: BELL_LINE, bias: 'pull_up', active_low: true, release: true },
        ],
      },
    });
    nodeRed = await startNodeRed(flows(pinbus.port));
  }, 180_000);

  afterAll(async () => {
    await nodeRed?.stop();
    await pinbus?.dispose();
  });

  test('motion turns the lamp on for ten seconds', { timeout: 40_000 }, async () => {
    const lamp: { payload: string; at_ms: number }[] = [];
    const watcher = await LoadClient.connect(pinbus.port, 'watcher');
    watcher.onMessage = (_topic, payload) => lamp.push({ payload: payload.toString('utf8'), at_ms: performance.now() });
    await watcher.subscribe('pinbus/v1/porch/porch_lamp/state', 1);
    await until('the retained state', () => lamp.length === 1);

    const hall = await Caller.connect(pinbus.port);
    await hall.drive(MOTION_LINE, 'high');
    await until('the lamp on', () => lamp.length === 2);
    expect((await hall.line(18)).level).toBe(true);
    await hall.drive(MOTION_LINE, 'low');
    await until('the lamp off', () => lamp.length === 3, 20_000);
    expect((await hall.line(18)).level).toBe(false);

    expect(lamp.map(({ payload }) => payload)).toEqual(['OFF', 'ON', 'OFF']);
    const lit_ms = (lamp[2]?.at_ms ?? 0) - (lamp[1]?.at_ms ?? 0);
    expect(lit_ms).toBeGreaterThan(9_900);
    await hall.close();
    await watcher.close();
  });

  test('an event of the doorbell toggles the lamp, there and back', { timeout: 40_000 }, async () => {
    const lamp: string[] = [];
    const releases: string[] = [];
    const watcher = await LoadClient.connect(pinbus.port, 'bell-watcher');
    watcher.onMessage = (topic, payload) => {
      const text = payload.toString('utf8');
      if (topic.endsWith('/state')) lamp.push(text);
      else if (text.includes('"release"')) releases.push(text);
    };
    await watcher.subscribe('pinbus/v1/porch/porch_lamp/state', 1);
    await watcher.subscribe('pinbus/v1/porch/doorbell/event', 1);
    await until('the retained state', () => lamp.length === 1);
    const door = await Caller.connect(pinbus.port);
    for (const presses of [1, 2]) {
      await door.result('sim.press', { line: BELL_LINE, hold_ms: 100 });
      await until(`press ${presses}`, () => lamp.length === presses + 1, 20_000);
      // A finger that comes back before the debouncer believed that it had gone is one press.
      await until(`release ${presses}`, () => releases.length === presses, 20_000);
    }
    expect(lamp).toEqual(['OFF', 'ON', 'OFF']);
    await door.close();
    await watcher.close();
  });
});
