import { afterEach, beforeEach, expect, test } from 'vitest';
import { EntityBench } from '../../../rigs/entity-bench.ts';

const LAMP = { id: 'lamp', platform: 'switch', line: 18 };
const MOTION = { id: 'motion', platform: 'binary_sensor', line: 23 };
const topic = (entity: string, part: string): string => `pinbus/v1/porch/${entity}/${part}`;

let bench: EntityBench;
beforeEach(async () => {
  bench = new EntityBench();
  await bench.start(LAMP, MOTION);
  await bench.command('ON', 'lamp');
});
afterEach(() => bench.stop());

const rejected = () => bench.bus.on('pinbus/v1/porch/rejected').map((text) => JSON.parse(text) as object);

test('a command that went to the state is answered with where it goes, and the state is true again', async () => {
  bench.bus.send(topic('lamp', 'state'), 'OFF', true);
  expect(rejected()).toEqual([
    {
      topic: topic('lamp', 'state'),
      code: 'AGENT_TOPIC_OWN',
      message: 'only the node itself says this; commands go to pinbus/v1/porch/lamp/set',
      client: 'tester',
    },
  ]);
  await bench.pass(1_000);
  expect([bench.bus.last(topic('lamp', 'state')), bench.high(18)]).toEqual(['ON', true]);
});

test.each([
  ['motion', 'state', 'ON', 'OFF'],
  ['motion', 'availability', 'offline', 'online'],
  ['lamp', 'attributes', '{"problem":"none"}', '{}'],
  ['lamp', 'state', '', 'ON'],
])('%s/%s that somebody wrote %j to is %j again', async (entity, part, written, told) => {
  bench.bus.send(topic(entity, part), written, true);
  await bench.pass(1_000);
  expect([bench.bus.last(topic(entity, part)), bench.rejections]).toEqual([told, ['AGENT_TOPIC_OWN']]);
});

test('an entity that takes no commands names no topic for them', () => {
  bench.bus.send(topic('motion', 'event'), '{"event_type":"press"}');
  expect(rejected()).toMatchObject([{ message: 'only the node itself says this' }]);
});

test('who goes on writing makes the node no faster than once a second', async () => {
  const told = () => bench.bus.on(topic('lamp', 'state')).filter((state) => state === 'ON').length;
  const before = told();
  for (let tenth = 0; tenth < 50; tenth += 1) {
    bench.bus.send(topic('lamp', 'state'), 'OFF', true);
    await bench.pass(100);
  }
  expect(told() - before).toBeLessThanOrEqual(5);
  await bench.pass(1_000);
  expect(bench.bus.last(topic('lamp', 'state'))).toBe('ON');
});

test('what is said of entities that are not here is not its matter', async () => {
  bench.bus.send(topic('cellar', 'state'), 'ON', true);
  bench.bus.send('pinbus/v1/shed/lamp/state', 'ON', true);
  await bench.pass(1_000);
  expect([bench.rejections, bench.bus.last(topic('cellar', 'state'))]).toEqual([[], 'ON']);
});

test('an entity that left meanwhile says nothing any more, and a stop leaves no timer', async () => {
  bench.bus.send(topic('lamp', 'state'), 'OFF', true);
  await bench.entities.remove('lamp');
  await bench.pass(1_000);
  expect(bench.bus.last(topic('lamp', 'state'))).toBeUndefined();
  bench.bus.send(topic('motion', 'state'), 'ON', true);
  await bench.stop();
  expect(bench.clock.waiting).toBe(0);
});
