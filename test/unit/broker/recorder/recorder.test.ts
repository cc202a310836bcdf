import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Recorder, type RecorderBounds, type Recording } from '#broker';
import { bytes, milliseconds } from '#topics';
import type { Store } from '../../../../src/broker/store/store.ts';
import { until } from '../../../rigs/until.ts';
import { DatabaseFolder } from '../../../rigs/database.ts';

const ROOMY: RecorderBounds = { max_bytes: bytes(1e6), max_age: milliseconds(1e9) };
const NEVER = Number.MAX_SAFE_INTEGER;

let folder: DatabaseFolder;
let store: Store;
beforeEach(async () => {
  folder = new DatabaseFolder();
  store = await folder.open();
});
afterEach(() => folder.remove());

const recorder = (bounds = ROOMY, of = store) => new Recorder(of, bounds, folder.kept.log);
const lamp = (at_ms: number, value: string | null = 'ON'): Recording => ({ entity: 'lamp', value, at_ms });
const heat = (at_ms: number, value: number): Recording => ({ entity: 'heat', value: `${value}`, at_ms, unit: '°C' });
const span = (entity: string, from_ms = 0, until_ms = NEVER) => ({ entity, from_ms, until_ms });
const times = async (from: Recorder, entity = 'lamp') =>
  (await from.page(span(entity), 1_000)).recordings.map(({ at_ms }) => at_ms);

describe('a page', () => {
  test('has what was recorded, with its unit and who brought it about', async () => {
    const history = recorder();
    const by = { kind: 'client', id: 'flow', user: 'node-red' };
    history.record({ ...lamp(1), cause: by });
    history.record(heat(2, 21.5));
    history.record(lamp(3, null));
    expect((await history.page(span('lamp'), 10)).recordings).toEqual([{ ...lamp(1), cause: by }, lamp(3, null)]);
    expect((await history.page(span('heat'), 10)).recordings).toEqual([heat(2, 21.5)]);
    expect(await history.page(span('other'), 10)).toEqual({ recordings: [], more: false });
  });

  test('has the newest, in the order of time, and says when there are more', async () => {
    const history = recorder();
    for (const at_ms of [1, 2, 3, 4]) history.record(lamp(at_ms));
    const { recordings, more } = await history.page(span('lamp'), 2);
    expect(recordings.map(({ at_ms }) => at_ms)).toEqual([3, 4]);
    expect(more).toBe(true);
    expect(await history.page(span('lamp', 3), 2)).toMatchObject({ more: false });
  });

  test('has of its span alone, and what was so when that began', async () => {
    const history = recorder();
    for (const at_ms of [1, 2, 3, 4]) history.record(lamp(at_ms, `${at_ms}`));
    const { recordings, before } = await history.page(span('lamp', 2, 4), 10);
    expect(recordings.map(({ value }) => value)).toEqual(['2', '3']);
    expect(before?.value).toBe('1');
  });
});

describe('parts of a span', () => {
  test('have the least, the mean, the most and the newest of the measurements in them', async () => {
    const history = recorder();
    for (const [at, value] of [
      [100, 4],
      [110, 1],
      [199, 4],
      [400, 7],
    ] as const)
      history.record(heat(at, value)); // prettier-ignore
    expect(await history.buckets(span('heat', 100, 1_000), 100)).toEqual([
      { at_ms: 100, count: 3, min: 1, mean: 3, max: 4, last: '4' },
      { at_ms: 400, count: 1, min: 7, mean: 7, max: 7, last: '7' },
    ]);
  });

  test('have the newest of what is no number', async () => {
    const history = recorder();
    for (const [at, value] of [
      [10, 'OFF'],
      [11, 'ON'],
      [12, null],
      [25, 'OFF'],
    ] as const)
      history.record(lamp(at, value)); // prettier-ignore
    expect(await history.buckets(span('lamp', 10, 30), 10)).toEqual([
      { at_ms: 10, count: 3, last: null },
      { at_ms: 20, count: 1, last: 'OFF' },
    ]);
  });
});

describe('bounds', () => {
  test('of bytes: the oldest go', async () => {
    const history = recorder({ ...ROOMY, max_bytes: bytes(420) });
    for (let at_ms = 1; at_ms <= 30; at_ms++) history.record(lamp(at_ms));
    expect(await times(history)).toEqual([21, 22, 23, 24, 25, 26, 27, 28, 29, 30]);
  });

  test('of bytes hold for what an earlier run left', async () => {
    const history = recorder();
    for (let at_ms = 1; at_ms <= 30; at_ms++) history.record(lamp(at_ms));
    await history.stop();
    await store.stop();
    store = await folder.open();
    const next = recorder({ ...ROOMY, max_bytes: bytes(84) });
    expect(await times(next)).toHaveLength(30);
    next.record(lamp(31));
    expect(await times(next)).toEqual([30, 31]);
  });

  test('of age go by the time that the node ran, whatever the clock on the wall says', async () => {
    const history = recorder({ ...ROOMY, max_age: milliseconds(3_600_000) });
    history.record(lamp(Date.parse('1970-01-01')));
    history.record(lamp(Date.parse('2090-01-01')));
    expect(await times(history)).toHaveLength(2);
    const old = recorder({ ...ROOMY, max_age: milliseconds(0) });
    const { run_ms } = store;
    await until('a moment', () => store.run_ms > run_ms);
    old.record(lamp(1));
    expect(await times(old)).toEqual([1]);
  });

  test('of nothing: nothing is recorded', async () => {
    const history = recorder({ ...ROOMY, max_bytes: bytes(0) });
    history.record(lamp(1));
    expect(await times(history)).toEqual([]);
  });
});

test('what was recorded is there after a restart', async () => {
  const history = recorder();
  history.start();
  history.record(lamp(1));
  await history.stop();
  await store.stop();
  store = await folder.open();
  expect(await times(recorder())).toEqual([1]);
});

test('what the disk does not take waits, within bounds, and what is lost is counted and told once', async () => {
  await store.stop();
  const history = recorder();
  for (let at_ms = 1; at_ms <= 10_500; at_ms++) history.record(lamp(at_ms));
  await history.stop();
  const told = folder.kept.lines.filter(({ msg }) => msg.includes('not recorded'));
  expect(told).toHaveLength(1);
});
