import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../../src/agent/config/load.ts';
import { ConfigError } from '../../../../src/agent/config/problem.ts';
import { LIMITS_AS_CONFIGURED } from '../../../rigs/embedded-broker.ts';

const PEM = '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n';

let cwd: string;
const write = (name: string, text: string): Promise<void> => writeFile(join(cwd, name), text);
const load = (file?: string, env = {}) => loadConfig({ file, env, cwd });

async function failure(file?: string, env = {}): Promise<ConfigError> {
  const error = await load(file, env).catch((reason: unknown) => reason);
  if (error instanceof ConfigError) return error;
  throw new Error('it loads', { cause: error });
}

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'pinbus-config-'));
});

afterEach(() => rm(cwd, { recursive: true }));

describe('the config that is taken', () => {
  it('is the one that was named, relative to the current folder', async () => {
    await write('porch.yaml', 'node: { id: porch }\n');
    await write('pinbus.yaml', 'node: { id: other }\n');
    expect(await load('porch.yaml')).toMatchObject({
      source: 'file',
      file: join(cwd, 'porch.yaml'),
      config: { node: { id: 'porch' } },
    });
  });

  it('is ./pinbus.yaml when none was named', async () => {
    await write('pinbus.yaml', 'node: { id: here }\n');
    expect(await load()).toMatchObject({ source: 'file', config: { node: { id: 'here' } } });
  });

  it('is the demo when there is none, with its database in the current folder', async () => {
    const { source, config } = await load();
    expect(source).toBe('demo');
    expect(config.hardware.gpio.driver).toBe('sim');
    expect(config.entities.length).toBeGreaterThanOrEqual(9);
    expect(config.outbox.path).toBe(join(cwd, 'pinbus.db'));
  });

  it('is never another one when the one that was named is missing', async () => {
    await write('pinbus.yaml', 'node: { id: here }\n');
    expect(await failure('porch.yaml')).toMatchObject({
      code: 'CONFIG_NOT_FOUND',
      message: expect.stringContaining(cwd),
    });
  });

  it('is never the demo when ./pinbus.yaml cannot be read', async () => {
    await mkdir(join(cwd, 'pinbus.yaml'));
    expect(await failure()).toMatchObject({ code: 'CONFIG_UNREADABLE', message: expect.stringContaining('folder') });
  });

  it('is not read when it is larger than a config can be', async () => {
    await write('pinbus.yaml', `# ${'x'.repeat(1024 * 1024)}\n`);
    expect(await failure()).toMatchObject({ code: 'CONFIG_UNREADABLE', message: expect.stringContaining('1024 KiB') });
  });
});

describe('a config', () => {
  it('needs no more than a node, and is complete', async () => {
    await write('pinbus.yaml', 'node: { id: front_porch }\n');
    expect((await load()).config).toEqual({
      node: { id: 'front_porch', name: 'Front porch' },
      broker: {
        listeners: [{ port: 1883, host: '127.0.0.1' }],
        users: [],
        clients: [],
        denied_publish: 'drop',
        denied_reason: 'tell',
        limits: LIMITS_AS_CONFIGURED,
        shared_subscriptions: 'round_robin',
        sys_interval: 10_000,
      },
      hardware: { gpio: { driver: 'auto', board: 'pi5' } },
      entities: [],
      outbox: { path: join(cwd, 'pinbus.db'), max_bytes: 256 * 2 ** 20, max_age: 7 * 86_400_000 },
      bridges: [],
      history: { max_bytes: 16 * 2 ** 20, max_age: 30 * 86_400_000 },
      health: {},
      home_assistant: {
        discovery: true,
        prefix: 'homeassistant',
        on_delete: 'restore',
        birth_jitter: 5_000,
        migrate_from: [],
      },
      log: { level: 'info' },
    });
  });

  it('may have sections with nothing in them', async () => {
    await write('pinbus.yaml', 'node: { id: porch }\nentities:\n#  - { id: lamp }\nbroker:\n');
    expect((await load()).config.entities).toEqual([]);
  });

  it('has paths that are relative to its folder', async () => {
    await mkdir(join(cwd, 'sub'));
    for (const name of ['a.crt', 'a.key', 'ca.crt']) await write(`sub/${name}`, PEM);
    await write(
      'sub/porch.yaml',
      `node: { id: porch }
broker: { listeners: [{ port: 8883, host: 0.0.0.0, tls: { cert: a.crt, key: a.key, ca: ca.crt } }] }
bridges: [{ name: cloud, url: "mqtts://a.example", ca: ca.crt, out: [{ filter: "a/#" }] }]
`,
    );
    const { config } = await load('sub/porch.yaml');
    const at = (name: string): string => join(cwd, 'sub', name);
    expect(config.broker.listeners[0]?.tls).toEqual({ cert: at('a.crt'), key: at('a.key'), ca: at('ca.crt') });
    expect(config.bridges[0]?.ca).toBe(at('ca.crt'));
    expect(config.outbox.path).toBe(at('pinbus.db'));
  });

  it('keeps its database where systemd says', async () => {
    await write('pinbus.yaml', 'node: { id: porch }\n');
    const { config } = await load(undefined, { STATE_DIRECTORY: '/var/lib/pinbus' });
    expect(config.outbox.path).toBe('/var/lib/pinbus/pinbus.db');
  });

  it('takes values from the environment and from files, without the last line break', async () => {
    await write('cloud.password', 'correct horse\n');
    await write(
      'pinbus.yaml',
      `node: { id: porch }
bridges:
  - { name: a, url: "mqtt://a.example", password: !file cloud.password, out: [{ filter: "a/#" }] }
  - { name: b, url: "mqtt://b.example", password: !env B_PASSWORD, out: [{ filter: "a/#" }] }
`,
    );
    const { config } = await load(undefined, { B_PASSWORD: '12345' });
    expect(config.bridges.map(({ password }) => password)).toEqual(['correct horse', '12345']);
  });

  it('may repeat itself by anchors and merged mappings', async () => {
    await write(
      'pinbus.yaml',
      `node: { id: porch }
entities:
  - &input { id: door, platform: binary_sensor, line: 23, bias: pull_up, debounce: 50ms }
  - { <<: *input, id: window, line: 24 }
`,
    );
    expect((await load()).config.entities[1]).toMatchObject({ id: 'window', line: 24, bias: 'pull_up', debounce: 50 });
  });

  it('is refused, not expanded, when its aliases explode', async () => {
    const level = (n: number): string =>
      `x${n}: &x${n} [${Array(9)
        .fill(`*x${n - 1}`)
        .join(', ')}]`;
    await write('pinbus.yaml', `x0: &x0 [1]\n${[1, 2, 3, 4, 5, 6, 7, 8, 9].map(level).join('\n')}\n`);
    expect((await failure()).problems).toMatchObject([{ code: 'CONFIG_SYNTAX' }]);
  });

  it('lets a listener be reached by others once there are users, or a certificate is asked for', async () => {
    const hash = 'scrypt$16384$8$1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2g=';
    await write('pinbus.yaml', 'node: { id: a }\nbroker: { listeners: [{ port: 1883, host: "::" }] }\n');
    expect((await failure()).problems).toMatchObject([{ code: 'CONFIG_LISTENER_OPEN' }]);
    await write(
      'pinbus.yaml',
      `node: { id: a }
broker:
  listeners: [{ port: 1883, host: "::" }]
  users: [{ name: ha, password: ${hash}, acl: [{ filter: "#", access: read }] }]
`,
    );
    expect((await load()).config.broker.users).toHaveLength(1);
  });

  it('is named as the person who gave it would', async () => {
    await write('pinbus.yaml', 'node: { id: A }\n');
    expect((await failure()).problems[0]?.file).toBe('pinbus.yaml');
    expect((await failure()).message).toBe('pinbus.yaml:1:13: node.id: found "A"');
    const elsewhere = await loadConfig({ file: join(cwd, 'pinbus.yaml'), env: {}, cwd: '/' }).catch(
      (error: unknown) => error,
    );
    expect(elsewhere).toMatchObject({ problems: [{ file: join(cwd, 'pinbus.yaml').slice(1) }] });
  });
});
