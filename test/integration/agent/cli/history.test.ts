import { afterEach, expect, test } from 'vitest';
import { commandLine } from '../../../rigs/command-line.ts';
import { Pinbus } from '../../../rigs/pinbus.ts';
import { until } from '../../../rigs/until.ts';

let pinbus: Pinbus;
afterEach(() => pinbus.dispose());

const history = (...words: string[]) => commandLine(['history', ...words, '-c', pinbus.file]);
const values = async (): Promise<readonly unknown[]> => {
  const { records } = JSON.parse((await history('lamp', '--json')).out) as { records: { value: unknown }[] };
  return records.map(({ value }) => value);
};

test('what an entity did is listed and drawn, and is there after a restart', async () => {
  pinbus = await Pinbus.start({ config: { entities: [{ id: 'lamp', platform: 'switch', line: 18 }] } });
  await commandLine(['pub', 'pinbus/v1/porch/lamp/set', 'ON', '-c', pinbus.file]);
  await until('ON in it', async () => (await values()).includes('ON'));
  expect((await history('lamp')).out).toMatch(
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} {2}OFF +start\n\S+ \S+ {2}ON +client \S+\n/,
  );
  expect((await history('lamp', '--since', '1m', '--plot')).out).toMatch(/^lamp, recorded 2 times\n {4}ON █ /);
  expect((await history('lamp', '--limit', '1')).out).toContain('older ones are left out');
  await pinbus.stop();
  await pinbus.start();
  // The end of the run left it off, and nobody knows what was so until the next.
  expect(await values()).toEqual(['OFF', 'ON', 'OFF', null, 'OFF']);
});

test('bad questions are answered with what is wrong in them', async () => {
  pinbus = await Pinbus.start();
  expect(await history('lamp')).toMatchObject({ exit: 64, err: expect.stringContaining('no entity "lamp"') });
  expect(await history('lamp', '--since', 'noon')).toMatchObject({
    exit: 64,
    err: expect.stringContaining('such as 6h'),
  });
  expect(await history('lamp', '--since', '1h', '--until', '2h')).toMatchObject({ exit: 64 });
  const call = await commandLine(['call', 'history', '{"entity":"lamp","every":"1s"}', '-c', pinbus.file]);
  expect(call.err).toMatch(/no entity|at most 1000 parts/);
  const limit = await commandLine(['call', 'history', '{"entity":"lamp","limit":5000}', '-c', pinbus.file]);
  expect(limit.err).toContain('history: limit');
});
