import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SqliteOutbox } from '../../../../src/broker/outbox/sqlite-outbox.ts';
import { bytes, type Message, milliseconds } from '../../../../src/topics/index.ts';
import { DatabaseFolder } from '../../../rigs/database.ts';
import { until } from '../../../rigs/until.ts';

let folder: DatabaseFolder;
let outbox: SqliteOutbox;
beforeEach(async () => {
  folder = new DatabaseFolder();
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const store = await folder.open();
  outbox = new SqliteOutbox(store, { max_bytes: bytes(1e6), max_age: milliseconds(200) }, folder.kept.log);
  await outbox.start(new AbortController().signal);
  await outbox.openLane('cloud');
});
afterEach(async () => {
  vi.useRealTimers();
  await outbox.stop();
  await folder.remove();
});

const append = (payload: string, properties?: Message['properties']) =>
  outbox.append(
    { topic: 't', payload: Buffer.from(payload), qos: 1, retain: false, ...(properties && { properties }) },
    ['cloud'],
  );
const payloads = async () => (await outbox.peek('cloud', 0, 100)).map(({ message }) => message.payload.toString());
const sweep = () => vi.advanceTimersByTime(10_000);

test('what is older than max_age goes, counted, and the younger stays', async () => {
  await append('old');
  await until('it is old', () => (outbox.status().oldest_age_ms ?? 0) > 200);
  await append('young');
  sweep();
  await until('the drop', () => outbox.status().drops.max_age === 1);
  expect(await payloads()).toEqual(['young']);
  expect(outbox.status()).toMatchObject({ depth: 1, lanes: { cloud: 1 } });
});

test('what its publisher let expire goes, counted', async () => {
  await append('expired', { messageExpiryInterval: 0 });
  await append('valid', { messageExpiryInterval: 100 });
  sweep();
  await until('the drop', () => outbox.status().drops.expired === 1);
  expect(await payloads()).toEqual(['valid']);
});
