// Appends to an outbox as fast as it takes them and prints each number once it was acknowledged, until it is killed.
// Half of the runs confirm the oldest as well, so that a kill also hits deletions: those it prints with a minus.
import { pino } from 'pino';
import { SqliteOutbox, Store } from '#broker';

const [path, confirming] = process.argv.slice(2);
const { signal } = new AbortController();
const store = new Store(path, pino({ level: 'silent' }));
await store.start(signal);
const outbox = new SqliteOutbox(store, { max_bytes: 1e9, max_age: 1e12 }, pino({ level: 'silent' }));
await outbox.start(signal);
await outbox.openLane('cloud');

let next = 0;
async function publish() {
  for (;;) {
    const number = next++;
    await outbox.append({ topic: 't', payload: Buffer.from(`${number}`), qos: 1, retain: false }, ['cloud']);
    process.stdout.write(`${number}\n`);
  }
}
async function confirm() {
  for (;;) {
    const entries = await outbox.peek('cloud', 0, 20);
    await outbox.confirm(
      'cloud',
      entries.map(({ sequence }) => sequence),
    );
    for (const { message } of entries) process.stdout.write(`-${message.payload}\n`);
  }
}
for (let i = 0; i < 50; i++) void publish();
if (confirming === 'confirming') void confirm();
