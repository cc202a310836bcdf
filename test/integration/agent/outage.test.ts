import { afterEach, expect, test } from 'vitest';
import { commandLine } from '../../rigs/command-line.ts';
import { Mosquitto } from '../../rigs/mosquitto.ts';
import { Pinbus } from '../../rigs/pinbus.ts';
import { until } from '../../rigs/until.ts';
import { UpstreamSubscriber } from '../../rigs/upstream-subscriber.ts';

const EDGES = 41;
const STATE = 'pinbus/v1/porch/motion/state';

const opened: { close(): Promise<void> }[] = [];
let pinbus: Pinbus | undefined;
let cloud: Mosquitto;
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
  await pinbus?.dispose();
  await cloud.remove();
});

const watch = async (port: number, id: string): Promise<UpstreamSubscriber> => {
  const watcher = await UpstreamSubscriber.connect(port, STATE, id);
  opened.push(watcher);
  return watcher;
};

test(`${EDGES} edges while the upstream is away: none is lost, their order is kept, and what stays is the pin`, async () => {
  cloud = await Mosquitto.make();
  await cloud.start();
  const there = await watch(cloud.port, 'consumer');
  await cloud.stop();
  pinbus = await Pinbus.start({
    config: {
      entities: [{ id: 'motion', platform: 'binary_sensor', line: 23, debounce: '1ms' }],
      bridges: [{ name: 'cloud', url: `mqtt://127.0.0.1:${cloud.port}`, out: [{ filter: 'pinbus/v1/porch/#' }] }],
    },
  });
  const here = await watch(pinbus.port, 'watcher');
  await until('the first state', () => here.payloads.length === 1);
  const expected = ['OFF'];
  for (let edge = 1; edge <= EDGES; edge++) {
    const high = edge % 2 === 1;
    await here.publish('pinbus/v1/porch/sim/23/set', high ? 'high' : 'low');
    expected.push(high ? 'ON' : 'OFF');
    await until(`edge ${edge}`, () => here.payloads.length > edge);
  }
  expect(here.payloads).toEqual(expected);

  await cloud.start();
  await until('all of them', () => there.received.length > EDGES, 30_000);
  const live = there.received.filter(({ marks }) => marks.historic !== 'true');
  const history = there.received.filter(({ marks }) => marks.historic === 'true');
  expect(live.map(({ payload }) => payload)).toEqual(['ON']);
  expect(history.map(({ payload }) => payload)).toEqual(expected.slice(0, -1));
  const later = await watch(cloud.port, 'later');
  await until('what is retained', () => later.received.length > 0);
  expect(later.received).toMatchObject([{ payload: 'ON', retain: true }]);

  const { out } = await commandLine(['history', 'motion', '--json', '-c', pinbus.file]);
  const { records } = JSON.parse(out) as { records: { at: string; value: string }[] };
  expect(records.map(({ value }) => value)).toEqual(expected);
  expect(records.map(({ at }) => at)).toEqual(records.map(({ at }) => at).toSorted());
}, 90_000);
