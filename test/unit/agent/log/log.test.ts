import { PinbusError } from '#topics';
import { describe, expect, it } from 'vitest';
import { Log } from '../../../../src/agent/log/log.ts';

function rig() {
  const lines: string[] = [];
  const log = new Log('info', { write: (line) => void lines.push(line) });
  return { log, lines, last: (): unknown => JSON.parse(lines.at(-1) ?? 'null') };
}

describe('Log', () => {
  it('names the component and the level in words', () => {
    const { log, last } = rig();
    log.component('broker').info({ port: 1883 }, 'listening');
    expect(last()).toMatchObject({ level: 'info', component: 'broker', port: 1883, msg: 'listening' });
  });

  it('changes the level of components and of their children that exist already', () => {
    const { log, lines } = rig();
    const broker = log.component('broker');
    const client = broker.child({ client: 'a' });
    client.debug('before');
    log.setLevel('debug');
    client.debug('after');
    log.setLevel('error');
    client.info('not any more');
    broker.info('not any more');
    log.component('new').info('not any more');
    expect(lines).toHaveLength(1);
    expect(log.level).toBe('error');
  });

  it.each([
    ['at the root', { password: 'hunter2' }],
    ['in an object', { bridge: { name: 'cloud', password: 'hunter2' } }],
    ['in a list', { users: [{ name: 'a', password: 'hunter2' }] }],
    ['deep in a config', { config: { broker: { users: { password: 'hunter2' } } } }],
    ['as a token', { claims: { token: 'hunter2' } }],
    ['in an address', { url: 'mqtts://me:hunter2@broker.example:8883/x' }],
    ['in a message of an error', { err: new Error('connect mqtt://me:hunter2@broker.example failed') }],
    ['in a cause', { err: new Error('no bridge', { cause: new Error('mqtt://me:hunter2@b') }) }],
    ['as a hash', { line: 'password: scrypt$16384$8$1$aGk=$hunter2' }],
    ['as a key', { pem: '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----' }],
    ['as a key that is cut', { pem: '-----BEGIN EC PRIVATE KEY-----\nhunter2' }],
  ])('never shows a secret %s', (_where, what) => {
    const { log, lines } = rig();
    log.component('config').info(what, 'loaded');
    expect(lines.join('')).toContain('loaded');
    expect(lines.join('')).not.toContain('hunter2');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toHaveLength(1);
  });

  it('shows an error of ours with its code and what to do', () => {
    const { log, last } = rig();
    log.root.error({ err: new PinbusError('X_Y', { retryable: false, remedy: 'do that' }, 'it broke') }, 'failed');
    expect(last()).toMatchObject({ err: { code: 'X_Y', remedy: 'do that', retryable: false, message: 'it broke' } });
  });
});
