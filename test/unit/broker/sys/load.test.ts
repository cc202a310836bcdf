import { expect, test } from 'vitest';
import { Load } from '../../../../src/broker/sys/load.ts';

test('a steady rate becomes the load of every window, the longer ones later', () => {
  const load = new Load();
  let count = 0;
  const pass = (seconds: number): void => {
    for (let at = 0; at < seconds; at += 10) load.next((count += 100), 10);
  };
  pass(60);
  const [one = 0, five = 0, fifteen = 0] = load.averages;
  expect(one).toBeGreaterThan(five);
  expect(five).toBeGreaterThan(fifteen);
  expect(one).toBeCloseTo(600 * (1 - Math.exp(-1)), 6);
  pass(3600 * 3);
  for (const average of load.averages) expect(average).toBeCloseTo(600, 1);
});

test('no time passed is no rate', () => {
  const load = new Load();
  load.next(5, 0);
  expect(load.averages).toEqual([0, 0, 0]);
});
