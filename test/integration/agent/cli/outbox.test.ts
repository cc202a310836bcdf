import { afterEach, expect, test } from 'vitest';
import { commandLine } from '../../../rigs/command-line.ts';
import { freePort } from '../../../rigs/free-port.ts';
import { Mosquitto } from '../../../rigs/mosquitto.ts';
import { type ConfigDocument, Pinbus } from '../../../rigs/pinbus.ts';
import { until } from '../../../rigs/until.ts';

let pinbus: Pinbus;
let cloud: Mosquitto | undefined;
afterEach(async () => {
  await pinbus.dispose();
  await cloud?.remove();
  cloud = undefined;
});
const outbox = (...words: string[]) => commandLine(['outbox', ...words, '-c', pinbus.file]);
const pub = (topic: string, payload: string) => commandLine(['pub', '-q', '1', topic, payload, '-c', pinbus.file]);
interface Report {
  readonly depth: number;
  readonly dead_letters: number;
  readonly bridges: readonly { readonly state: string }[];
}
const report = async () => JSON.parse((await outbox('--json')).out) as Report;
const start = async (port: number, rule: ConfigDocument = {}) => {
  pinbus = await Pinbus.start({
    config: {
      bridges: [{ name: 'cloud', url: `mqtt://127.0.0.1:${port}`, out: [{ filter: 'meters/#', ...rule }] }],
    },
  });
};

test('says what waits, for whom and why', async () => {
  await start(await freePort());
  expect((await outbox()).out).toMatch(/^nothing waits\ncloud: \w+/);
  for (const payload of ['1', '2']) await pub('meters/a', payload);
  const { out, exit } = await outbox();
  expect(exit).toBe(0);
  expect(out).toMatch(
    /^2 messages wait, \d+ B, the oldest for \ds\n {2}telemetry: 2, .*\ncloud: \w+.*, 2 owed, \d+ B, the oldest for \ds, 0\/s\n {2}.*ECONNREFUSED.*\n {2}Check the "url"/,
  );
}, 60_000);

test('says what was given up, why, and from when to when it was published; so does `health`', async () => {
  await start(await freePort(), { qos0: 'drop_offline' });
  for (const payload of ['1', '2', '3']) await commandLine(['pub', '-q', '0', 'meters/a', payload, '-c', pinbus.file]);
  const range = 'published from \\d{4}-\\S+Z to \\d{4}-\\S+Z';
  expect((await outbox()).out).toMatch(
    new RegExp(`\ndropped since the start, telemetry: offline 3\n  still offline: 3, ${range}\n`),
  );
  const health = async () => (await commandLine(['call', 'health', '--json', '-c', pinbus.file])).out;
  expect(JSON.parse(await health())).toMatchObject({
    outbox: { losses: [{ class: 'telemetry', reason: 'offline', messages: 3, over: false }] },
  });
}, 60_000);

test('--watch ends when nothing waits', async () => {
  cloud = await Mosquitto.make();
  await start(cloud.port);
  await pub('meters/a', '1');
  await cloud.start();
  const { out, exit } = await outbox('--watch');
  expect(exit).toBe(0);
  expect(out.trim().split('\n').at(-1)).toMatch(/^0 wait/);
}, 60_000);

test('dead letters are listed, shown, sent again and deleted', async () => {
  cloud = await Mosquitto.make(['max_packet_size 2000']);
  await cloud.start();
  await start(cloud.port);
  // What waits from before a link goes behind what comes then.
  await until('a link', async () => (await report()).bridges[0]?.state === 'connected');
  await pub('meters/big', 'x'.repeat(3_000));
  await pub('meters/big2', 'y'.repeat(3_000));
  await until('two dead letters', async () => (await report()).dead_letters === 2);
  const list = await outbox('dead', 'list');
  expect(list.out).toMatch(
    /^1 {2}\S+ {2}cloud {2}meters\/big {2}2\.9 KiB\n {4}.*3\d\d\d bytes, and the upstream takes 2000/,
  );
  expect((await outbox('dead', 'list', '--json')).out.trim().split('\n')).toHaveLength(2);
  expect((await outbox('dead', 'list', '--bridge', 'other')).out).toBe('');
  expect(await outbox('dead', 'show', '1')).toMatchObject({ exit: 0, out: expect.stringContaining('xxx') });
  expect((await outbox('dead', 'retry', '1')).out).toBe('1 sent again\n');
  await until('it back again', async () => (await outbox('dead', 'list', '--json')).out.includes('"id":3'));
  expect((await outbox('dead', 'show', '1')).err).toContain('there is no dead letter 1');
  expect((await outbox('dead', 'delete', '--all')).out).toBe('2 deleted\n');
  expect(await report()).toMatchObject({ depth: 0, dead_letters: 0 });
  expect((await outbox('dead', 'delete')).exit).toBe(64);
}, 60_000);
