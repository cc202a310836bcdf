import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyPassword } from '#broker';
import { commandLine, startCommandLine } from '../../../rigs/command-line.ts';
import { freePort } from '../../../rigs/free-port.ts';
import { Pinbus } from '../../../rigs/pinbus.ts';
import { until } from '../../../rigs/until.ts';

let pinbus: Pinbus;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pinbus-test-'));
  pinbus = await Pinbus.start({
    config: {
      entities: [
        { id: 'hall_motion', platform: 'binary_sensor', device_class: 'motion', line: 23, debounce: '5ms' },
        { id: 'doorbell', platform: 'event', line: 24, bias: 'pull_up', active_low: true, long_press: '100ms' },
        { id: 'porch_lamp', platform: 'switch', line: 17 },
      ],
    },
  });
});

afterAll(async () => {
  await pinbus.dispose();
  rmSync(folder, { recursive: true });
});

const here = (...argv: string[]) => commandLine([...argv, '-c', pinbus.file]);
const there = (...argv: string[]) => commandLine([...argv, '--url', pinbus.url]);

describe('call', () => {
  test.each(['5', '3.1.1'])('prints the result over MQTT %s, as YAML and as JSON', async (version) => {
    const { exit, out } = await here('call', 'info', '--mqtt-version', version);
    expect(exit).toBe(0);
    expect(out).toMatch(/^name: Porch Pi$/m);
    const json = await here('call', 'info', '--json', '--mqtt-version', version);
    expect(JSON.parse(json.out)).toMatchObject({ name: 'Porch Pi', driver: 'sim' });
  });

  test('finds the only node of a broker by itself, and takes a named one', async () => {
    expect((await there('call', 'info')).out).toContain('name: Porch Pi');
    expect((await there('call', 'info', '--node', 'porch')).exit).toBe(0);
  });

  test('says what the node says against it, with the remedy', async () => {
    const { exit, err } = await here('call', 'log.level', '{"level":"loud"}');
    expect(exit).toBe(64);
    expect(err).toMatch(/^error AGENT_CALL_PARAMS_INVALID: log\.level: level: .*\n {2}\S/);
  });

  test('a node that does not answer is exit code 75', async () => {
    const { exit, err } = await there('call', 'info', '--node', 'cellar', '--timeout', '100ms');
    expect(exit).toBe(75);
    expect(err).toContain('cellar did not answer info within 100ms');
  });

  test('parameters that are no JSON object are refused before anything is sent', async () => {
    const { exit, err } = await here('call', 'info', 'x');
    expect(exit).toBe(64);
    expect(err).toContain('Must be a JSON object');
  });
});

describe('sim', () => {
  const watch = (topic: string) => startCommandLine(['sub', topic, '-n', '1', '--timeout', '5s', '--url', pinbus.url]);
  const subscribed = () =>
    until('the subscriber to be there', async () => {
      const { out } = await here('call', 'health', '--json');
      return (JSON.parse(out) as { broker: { clients: number } }).broker.clients >= 2;
    });

  test('lists the lines that something holds', async () => {
    const { out } = await here('sim', 'lines');
    expect(out).toMatch(/^ {2}23 {2}GPIO23 +in +low +pinbus$/m);
    expect(JSON.parse((await here('sim', 'lines', '--json')).out)).toHaveLength(out.trim().split('\n').length);
  });

  test('set drives a line, by its number and by its entity', async () => {
    await here('sim', 'set', '23', 'high');
    await until('motion', async () => (await state('hall_motion')) === 'ON');
    await here('sim', 'set', 'hall_motion', 'low');
    await until('no motion', async () => (await state('hall_motion')) === 'OFF');
  });

  test('press is a press of the entity, and a long one a long press', async () => {
    const event = watch('pinbus/v1/porch/doorbell/event');
    await subscribed();
    expect((await here('sim', 'press', 'doorbell', '--for', '150ms')).exit).toBe(0);
    expect(await event.exited).toBe(0);
    expect(event.out()).toContain('long_press');
  });

  test('fail breaks a line, and none heals it', async () => {
    expect((await here('sim', 'fail', 'porch_lamp', 'stuck')).exit).toBe(0);
    expect((await here('sim', 'fail', 'porch_lamp', 'none')).exit).toBe(0);
  });

  test('a line that is not there is said', async () => {
    const { exit, err } = await here('sim', 'set', '400', 'high');
    expect(exit).not.toBe(0);
    expect(err).toContain('400');
  });
});

async function state(entity: string): Promise<unknown> {
  const { out } = await there('sub', '--retained-only', '--json', `pinbus/v1/porch/${entity}/state`);
  return out === '' ? undefined : (JSON.parse(out) as { payload: string }).payload;
}

describe('user', () => {
  test('add prints lines that the config takes, with a hash of the password and not the password', async () => {
    const { exit, out } = await commandLine(['user', 'add', 'true'], { stdin: 'correct horse\n' });
    expect(exit).toBe(0);
    expect(out).not.toContain('correct');
    expect(out).toContain('acl: [{ template: homeassistant }]');
    const hash = /password: (scrypt\S+)/.exec(out)?.[1] ?? '';
    expect(await verifyPassword('correct horse', hash)).toBe(true);
    const node = await Pinbus.prepare();
    try {
      writeFileSync(node.file, `node: { id: porch }\n${out}`);
      expect(await commandLine(['check', '-c', node.file])).toMatchObject({ exit: 0 });
    } finally {
      await node.dispose();
    }
  });

  test('add --file writes the hash for its owner alone, and overwrites nothing', async () => {
    const file = join(folder, 'me.hash');
    const add = ['user', 'add', 'me', '--template', 'readonly', '--file', file];
    const { out } = await commandLine(add, { stdin: 'secret\n' });
    expect(out).toContain('acl: [{ template: readonly }]');
    expect(out).toContain(`password: !file ${file}`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await verifyPassword('secret', readFileSync(file, 'utf8').trim())).toBe(true);
    const again = await commandLine(['user', 'add', 'me', '--file', file], { stdin: 'other\n' });
    expect(again.exit).toBe(73);
    expect(await verifyPassword('secret', readFileSync(file, 'utf8').trim())).toBe(true);
  });

  test('an empty password and a name that YAML would break at are refused', async () => {
    expect((await commandLine(['user', 'hash'], { stdin: '\n' })).exit).toBe(64);
    expect((await commandLine(['user', 'add', 'a b'], { stdin: 'x\n' })).exit).toBe(64);
  });
});

describe('doctor', () => {
  const verdicts = (out: string) =>
    Object.fromEntries(
      (JSON.parse(out) as { check: string; verdict: string }[]).map(({ check, verdict }) => [check, verdict]),
    );

  test('knows the node that runs already', async () => {
    const { exit, out } = await here('doctor');
    expect(exit).toBe(0);
    expect(out).toMatch(new RegExp(`^ok {4}port +127.0.0.1:${pinbus.port} is where this node runs$`, 'm'));
  });

  test('knows the listeners of a node that runs, by WebSocket and with users too', async () => {
    const websocket = await freePort();
    const host = '127.0.0.1';
    const node = await Pinbus.start({
      config: (port) => ({ broker: { listeners: [{ port }, { port: websocket, websocket: true }] } }),
    });
    const { out: hash } = await commandLine(['user', 'hash'], { stdin: 'secret\n' });
    const users = [{ name: 'anna', password: hash.trim(), acl: [{ template: 'readonly' }] }];
    const guarded = await Pinbus.start({ config: (port) => ({ broker: { listeners: [{ port }], users } }) });
    try {
      const { exit, out } = await commandLine(['doctor', '-c', node.file]);
      expect(exit).toBe(0);
      for (const port of [node.port, websocket]) expect(out).toContain(`${host}:${port} is where this node runs`);
      const asking = await commandLine(['doctor', '-c', guarded.file]);
      expect(asking.exit).toBe(0);
      expect(asking.out).toMatch(new RegExp(`^warn {2}port +${host}:${guarded.port} .* asks who one is`, 'm'));
    } finally {
      await Promise.all([node.dispose(), guarded.dispose()]);
    }
  });

  test('finds a port that another program has, with a remedy, and exit code 78', async () => {
    const other = await Pinbus.prepare({
      config: { node: { id: 'other' }, broker: { listeners: [{ port: pinbus.port }] } },
    });
    try {
      const { exit, out } = await commandLine(['doctor', '-c', other.file]);
      expect(exit).toBe(78);
      expect(out).toMatch(new RegExp(`^fail {2}port +127.0.0.1:${pinbus.port} is taken.*\\n +see which`, 'm'));
    } finally {
      await other.dispose();
    }
  });

  test('is content with a node that could start', async () => {
    const node = await Pinbus.prepare();
    try {
      const { exit, out } = await commandLine(['doctor', '--json', '-c', node.file]);
      expect(verdicts(out)).toEqual({
        machine: 'ok',
        'node.js': 'ok',
        module: 'ok',
        bus: 'ok',
        config: 'ok',
        database: 'ok',
        port: 'ok',
        gpio: 'ok',
      });
      expect(exit).toBe(0);
    } finally {
      await node.dispose();
    }
  });

  test('a broken config is a finding like any other', async () => {
    const node = await Pinbus.prepare({ config: { entitees: [] } });
    try {
      const { exit, out } = await commandLine(['doctor', '-c', node.file]);
      expect(exit).toBe(78);
      expect(out).toMatch(/^fail +config +.*entitees/m);
    } finally {
      await node.dispose();
    }
  });
});
