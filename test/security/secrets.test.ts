import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashPassword } from '#broker';
import { commandLine } from '../rigs/command-line.ts';
import { Pinbus } from '../rigs/pinbus.ts';
import { RawClient } from '../rigs/raw-client.ts';

const PASSWORD = 'correct-horse-battery';
const GUESS = 'not-the-password-either';
const CLOUD = 'cloud-password-of-the-bridge';

let pinbus: Pinbus;
let hash: string;

beforeAll(async () => {
  hash = await hashPassword(PASSWORD);
  pinbus = await Pinbus.start({
    env: { CLOUD_PASSWORD: CLOUD },
    config: (port) => ({
      broker: {
        listeners: [{ port }],
        users: [
          { name: 'anna', password: hash, acl: [{ filter: '#', access: 'readwrite' }, { template: 'readonly' }] },
        ],
      },
      log: { level: 'trace' },
      bridges: [
        {
          name: 'cloud',
          url: 'mqtt://127.0.0.1:9',
          username: 'porch',
          password: CLOUD,
          out: [{ filter: 'nothing/#' }],
        },
      ],
    }),
  });
});
afterAll(() => pinbus?.dispose());

const login = (password: string) => ({ username: 'anna', password: Buffer.from(password) });

test('no password and no hash is in the log, on the bus, or in the list of processes', async () => {
  const refused = new RawClient(pinbus.port, { version: 5 });
  expect((await refused.connect(login(GUESS))).reasonCode).toBe(0x87);
  const client = new RawClient(pinbus.port, { version: 5 });
  await client.connect(login(PASSWORD));
  await client.subscribeWith({}, { topic: '#', qos: 0, nl: false, rap: false, rh: 0 });
  await client.subscribeWith({}, { topic: '$SYS/#', qos: 0, nl: false, rap: false, rh: 0 });
  for (const method of ['info', 'health', 'entities', 'config.check', 'config.reload', 'clients.list']) {
    client.publish(`pinbus/v1/porch/call/${method}`, JSON.stringify({ reply_to: `answer/${method}` }));
    await client.packet('publish', ({ topic }) => topic === `answer/${method}`);
  }
  writeFileSync(pinbus.file, readFileSync(pinbus.file, 'utf8').replace(hash.slice(0, 20), 'scrypt$broken'));
  pinbus.program.signal('SIGHUP');
  await pinbus.logged('the refusal', ({ problems }) => Array.isArray(problems));
  const pid = pinbus.program.pid;
  const places = {
    log: [...pinbus.program.stdout, ...pinbus.program.stderr].join('\n'),
    bus: client.packets.map((packet) => (packet.cmd === 'publish' ? packet.payload.toString() : '')).join('\n'),
    processes: readFileSync(`/proc/${pid}/cmdline`, 'utf8'),
  };
  expect(places.bus.length).toBeGreaterThan(1_000);
  for (const secret of [PASSWORD, GUESS, CLOUD, hash.split('$')[5] ?? '', hash.split('$')[4] ?? '']) {
    expect(secret.length).toBeGreaterThan(10);
    for (const place of Object.values(places)) expect(place).not.toContain(secret);
  }
  client.destroy();
});

test.each([
  ['user', 'add', 'anna', PASSWORD],
  ['user', 'add', 'anna', '--password', PASSWORD],
  ['user', 'hash', PASSWORD],
  ['pub', '--user', 'anna', '--password', PASSWORD, 'a', 'b'],
])('pinbus %s %s takes no password as an argument', async (...args) => {
  expect((await commandLine(args, { cwd: join(pinbus.folder) })).exit).toBe(64);
});
