import { afterEach, beforeEach, expect, test } from 'vitest';
import { EntityBench } from '../../../rigs/entity-bench.ts';

let bench: EntityBench;
beforeEach(() => {
  bench = new EntityBench();
});
afterEach(() => bench.stop());

const values = () => bench.recordings.map(({ value }) => value);

test('history has each change of a state once, with its time', async () => {
  await bench.start({ platform: 'switch', line: 18 });
  await bench.pass(1_000);
  const at_ms = bench.clock.now();
  await bench.command('ON');
  await bench.entities.refresh();
  await bench.pass(60_000);
  await bench.command('OFF');
  expect(values()).toEqual(['OFF', 'ON', 'OFF']);
  expect(bench.recordings.map(({ cause }) => cause?.['kind'])).toEqual(['start', 'client', 'client']);
  expect(bench.recordings[1]).toMatchObject({ entity: 'it', at_ms });
  expect(bench.recordings[1]).not.toHaveProperty('unit');
});

test('history has each measurement with its unit, one that is as before too', async () => {
  await bench.start({ platform: 'sensor', source: 'cpu_load', interval: '1m' });
  await bench.pass(120_000);
  expect(bench.recordings.map(({ unit }) => unit)).toEqual(['%', '%', '%']);
});

test('history has each event', async () => {
  await bench.start({ platform: 'event', line: 24, bias: 'pull_down', debounce: '0s' });
  await bench.drive(24, true);
  await bench.pass(100);
  await bench.drive(24, false);
  await bench.pass(5_000);
  expect(values()).toContainEqual(expect.stringContaining('"event_type":"press"'));
});

test('history has the times that an entity was not available, its end among them', async () => {
  await bench.start({ platform: 'switch', line: 18 });
  bench.world.fail(18, 'gone');
  await bench.command('ON');
  await bench.pass(60_000);
  bench.world.fail(18, undefined);
  await bench.pass(60_000);
  await bench.entities.stop();
  expect(values()).toEqual(['OFF', null, 'OFF', null]);
  expect(bench.recordings.at(-1)).toMatchObject({ cause: { kind: 'stop' } });
});
