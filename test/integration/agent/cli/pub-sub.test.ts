import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandLine, startCommandLine } from '../../../rigs/command-line.ts';
import { freePort } from '../../../rigs/free-port.ts';
import { Mosquitto } from '../../../rigs/mosquitto.ts';
import { MAIN, Pinbus } from '../../../rigs/pinbus.ts';
import { Program } from '../../../rigs/program.ts';
import { until } from '../../../rigs/until.ts';

let mosquitto: Mosquitto;
let pinbus: Pinbus;
const urlOf = { pinbus: () => pinbus.url, mosquitto: () => `mqtt://127.0.0.1:${mosquitto.port}` } as const;

beforeAll(async () => {
  mosquitto = await Mosquitto.make();
  await mosquitto.start();
  pinbus = await Pinbus.start();
});

afterAll(async () => {
  await pinbus.dispose();
  await mosquitto.remove();
});

describe.each(['pinbus', 'mosquitto'] as const)('with %s as the broker', (broker) => {
  describe.each(['5', '3.1.1'])('over MQTT %s', (version) => {
    const base = `test/${broker}/${version}`;
    const words = (...argv: string[]) => [...argv, '--url', urlOf[broker](), '--mqtt-version', version];

    test('sub prints what pub published, and ends after as many messages as were asked for', async () => {
      const sub = startCommandLine(words('sub', `${base}/live/#`, '-n', '2'));
      const published = ['ON', 'OFF', 'late'];
      await until('the subscription to be there', async () => {
        await commandLine(words('pub', `${base}/live/lamp`, published.shift() ?? 'late'));
        return sub.out() !== '';
      });
      await commandLine(words('pub', `${base}/live/lamp`, 'last'));
      expect(await sub.exited).toBe(0);
      expect(sub.out().trim().split('\n')).toHaveLength(2);
      expect(sub.out()).toMatch(new RegExp(`^\\d\\d:\\d\\d:\\d\\d\\.\\d{3} ${base}/live/lamp (ON|OFF|late)\n`));
    });

    test('--retained-only prints everything that is kept, and ends', async () => {
      for (let number = 0; number < 20; number += 1) {
        await commandLine(words('pub', '-r', `${base}/kept/${number}`, 'kept'));
      }
      const { exit, out } = await commandLine(words('sub', '--retained-only', `${base}/kept/#`));
      expect(exit).toBe(0);
      expect(out.trim().split('\n')).toHaveLength(20);
      expect(out).toContain(`${base}/kept/19 kept (retained)`);
    });

    test('a payload comes from standard input without the line feed of echo', async () => {
      await commandLine(words('pub', '-r', `${base}/stdin`, '-'), { stdin: '21.5\n' });
      const { out } = await commandLine(words('sub', '--json', '--retained-only', `${base}/stdin`));
      expect(JSON.parse(out)).toMatchObject({ topic: `${base}/stdin`, payload: '21.5', retain: true });
    });

    test('a time that runs out before the count is exit code 75', async () => {
      const { exit } = await commandLine(words('sub', '-n', '1', '--timeout', '100ms', `${base}/nothing`));
      expect(exit).toBe(75);
    });
  });

  test('user properties and expiry arrive', async () => {
    const url = urlOf[broker]();
    await commandLine(['pub', '--url', url, '-r', '-p', 'a=1', '-p', 'b=x=y', '--expire', '1h', `p/${broker}`, 'v']);
    const { out } = await commandLine(['sub', '--url', url, '--properties', '--retained-only', `p/${broker}`]);
    expect(out).toMatch(/v \(retained\) qos=1 expires=\d+s a=1 b=x=y\n$/);
  });
});

test('where nobody listens it is exit code 69, and says how to start pinbus', async () => {
  const url = `mqtt://127.0.0.1:${await freePort()}`;
  const { exit, err } = await commandLine(['pub', '--url', url, 'a', 'b']);
  expect(exit).toBe(69);
  expect(err).toContain(`no broker answers at ${url} (ECONNREFUSED)`);
  expect(err).toContain('pinbus start');
});

test('the broker of the config is where a command goes without --url', async () => {
  await commandLine(['pub', '-c', pinbus.file, '-r', 'from/config', 'yes']);
  const { out } = await commandLine(['sub', '--retained-only', 'from/config'], { cwd: pinbus.folder });
  expect(out).toContain('from/config yes');
});

test('a user with a password is let in, and nobody else: exit code 77', async () => {
  const { out: hash } = await commandLine(['user', 'hash'], { stdin: 'correct\n' });
  const guarded = await Pinbus.start({
    config: (port) => ({
      broker: {
        listeners: [{ port }],
        users: [{ name: 'me', password: hash.trim(), acl: [{ filter: 'mine/#', access: 'readwrite' }] }],
      },
    }),
  });
  try {
    const env = { PINBUS_PASSWORD: 'correct' };
    const words = (...argv: string[]) => [...argv, '--url', guarded.url, '--user', 'me'];
    expect((await commandLine(words('pub', 'mine/a', 'x'), { env })).exit).toBe(0);
    expect((await commandLine(words('pub', 'mine/a', 'x'), { stdin: 'correct\n' })).exit).toBe(0);
    const wrong = await commandLine(words('pub', 'mine/a', 'x'), { env: { PINBUS_PASSWORD: 'wrong' } });
    expect(wrong.exit).toBe(77);
    expect(wrong.err).toContain('does not know the user me with this password');
    const nobody = await commandLine(['pub', '--url', guarded.url, 'mine/a', 'x']);
    expect(nobody.exit).toBe(77);
    expect(nobody.err).toContain('wants a user and a password');
    const other = await commandLine(words('pub', 'yours/a', 'x'), { env });
    expect(other.exit).toBe(77);
    expect(other.err).toContain('the broker refused the publish to yours/a');
    const subscription = await commandLine(words('sub', 'yours/#'), { env });
    expect(subscription.exit).toBe(77);
    for (const { err } of [wrong, nobody, other, subscription]) expect(err).not.toMatch(/correct|wrong/);
  } finally {
    await guarded.dispose();
  }
});

test('a reader that has seen enough is no fault', async () => {
  const big = 'x'.repeat(60_000);
  for (let number = 0; number < 10; number += 1) {
    await commandLine(['pub', '--url', pinbus.url, '-r', `big/${number}`, big]);
  }
  const shell = new Program('bash', [
    '-c',
    `${process.execPath} ${MAIN} sub --retained-only 'big/#' --url ${pinbus.url} | head -c 10; exit \${PIPESTATUS[0]}`,
  ]);
  expect(await shell.exited).toEqual({ code: 0, signal: null });
  expect(shell.stderr).toEqual([]);
});
