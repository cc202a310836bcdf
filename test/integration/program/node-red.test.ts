import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Caller } from '../../rigs/caller.ts';
import { LoadClient } from '../../rigs/load-client.ts';
import { type FlowNode, startNodeRed } from '../../rigs/node-red.ts';
import { Pinbus } from '../../rigs/pinbus.ts';
import { until } from '../../rigs/until.ts';

const MOTION_LINE = 23;

/** The example as it is shipped; only the address of the broker is the test's. */
function flows(port: number): FlowNode[] {
  const nodes = JSON.parse(readFileSync('examples/node-red/motion-light.json', 'utf8')) as FlowNode[];
  return nodes.map((node) => (node.type === 'mqtt-broker' ? { ...node, port: String(port) } : node));
}

describe('the flow of examples/node-red in a real Node-RED', () => {
  let pinbus: Pinbus;
  let nodeRed: Awaited<ReturnType<typeof startNodeRed>>;

  beforeAll(async () => {
    pinbus = await Pinbus.start({
      config: {
        entities: [
          { id: 'hall_motion', platform: 'binary_sensor', device_class: 'motion', line: MOTION_LINE },
          { id: 'porch_lamp', platform: 'switch', line: 18 },
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
    expect(lit_ms).toBeLessThan(13_000);
    await hall.close();
    await watcher.close();
  });
});
