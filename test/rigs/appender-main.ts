// Appends to an outbox as fast as it takes them and says each number once it was acknowledged, until it is killed.
// Half of the runs confirm the oldest as well, so that a kill also hits deletions: those it says with a minus.
// It says them into a file: what waits for a busy reader of its standard output would die with it.
import { openSync, writeSync } from 'node:fs';
import { pino } from 'pino';
import { SqliteOutbox, Store } from '#broker';
import { bytes, milliseconds } from '#topics';

const [path = '', said = '', confirming] = process.argv.slice(2);
const file = openSync(said, 'w');
const say = (text: string | number): number => writeSync(file, `${text}\n`);
const { signal } = new AbortController();
const store = new Store(path, pino({ level: 'silent' }));
await store.start(signal);
const outbox = new SqliteOutbox(
  store,
  { max_bytes: bytes(1e9), max_age: milliseconds(1e12) },
  pino({ level: 'silent' }),
);
await outbox.start(signal);
await outbox.openLane('cloud');

let next = 0;
async function publish(): Promise<never> {
  for (;;) {
    const number = next++;
    await outbox.append({ topic: 't', payload: Buffer.from(`${number}`), qos: 1, retain: false }, ['cloud']);
    say(number);
  }
}
async function confirm(): Promise<never> {
  for (;;) {
    const entries = await outbox.peek('cloud', 0, 20);
    await outbox.confirm(
      'cloud',
      entries.map(({ sequence }) => sequence),
    );
    for (const { message } of entries) say(`-${message.payload.toString()}`);
  }
}
for (let i = 0; i < 50; i++) void publish();
if (confirming === 'confirming') void confirm();
