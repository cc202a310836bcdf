import { afterAll, beforeAll, expect, test } from 'vitest';
import { LoadClient } from '../../rigs/load-client.ts';
import { Pinbus } from '../../rigs/pinbus.ts';
import { until } from '../../rigs/until.ts';

const BOILER = { id: 'boiler', platform: 'switch', line: 17, on_link_loss: { after: '1s' } };
const SET = 'pinbus/v1/porch/boiler/set';

let pinbus: Pinbus;
let watcher: LoadClient;
let states: string[];

beforeAll(async () => {
  pinbus = await Pinbus.start({ config: { hardware: { gpio: { driver: 'sim' } }, entities: [BOILER] } });
  states = [];
  watcher = await LoadClient.connect(pinbus.port, 'watcher');
  watcher.onMessage = (_topic, payload) => states.push(payload.toString());
  await watcher.subscribe('pinbus/v1/porch/boiler/state', 1);
});

afterAll(async () => {
  await watcher?.close();
  await pinbus?.dispose();
});

test('an output goes off once the client that switched it on is gone, and not while it is there', async () => {
  const boss = await LoadClient.connect(pinbus.port, 'boss');
  boss.publish(SET, 'ON', 1);
  await until('the boiler on', () => states.at(-1) === 'ON');
  // It goes on for longer than the time that a link may be gone: what comes in the meantime is the same ON.
  const before = performance.now();
  await until('two looks at the link', () => performance.now() - before > 2_500);
  expect(states.at(-1)).toBe('ON');
  await boss.close();
  await until('the boiler off', () => states.at(-1) === 'OFF');
});
