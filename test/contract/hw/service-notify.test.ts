import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openServiceNotify } from '#hw';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../rigs/until.ts';

/** The service manager's end: a datagram socket that prints each message as a line of JSON. */
const MANAGER = `
import json, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1].replace('@', '\\0', 1) if sys.argv[1].startswith('@') else sys.argv[1])
print('bound', flush=True)
while True: print(json.dumps(s.recv(4096).decode()), flush=True)
`;

describe('sd_notify', () => {
  const children: ChildProcessWithoutNullStreams[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'pinbus-notify-'));

  afterEach(() => {
    for (const child of children.splice(0)) child.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  async function manager(address: string): Promise<string[]> {
    const child = spawn('python3', ['-c', MANAGER, address]);
    children.push(child);
    const lines: string[] = [];
    createInterface(child.stdout).on('line', (line) => lines.push(line));
    await until('the manager to listen', () => lines[0] === 'bound');
    lines.shift();
    return lines;
  }

  it.each([
    ['a path', join(folder, 'notify')],
    ['an abstract name', `@pinbus-test-${process.pid}`],
  ])('reaches a manager at %s, whole and in order', async (_kind, address) => {
    const lines = await manager(address);
    const notify = await openServiceNotify({ NOTIFY_SOCKET: address, WATCHDOG_USEC: '30000000' });
    notify?.status('starting: broker');
    notify?.ready('7 entities\non 1883');
    notify?.watchdog();
    notify?.reloading();
    notify?.stopping();
    await until('five messages', () => lines.length === 5);
    const [status, ready, watchdog, reloading, stopping] = lines.map((line) => JSON.parse(line) as string);
    expect(status).toBe('STATUS=starting: broker\n');
    expect(ready).toBe('READY=1\nSTATUS=7 entities on 1883\n');
    expect(watchdog).toBe('WATCHDOG=1\n');
    expect(reloading).toMatch(/^RELOADING=1\nMONOTONIC_USEC=\d+\n$/);
    expect(stopping).toBe('STOPPING=1\n');
    expect(notify?.watchdog_ms).toBe(30_000);
    notify?.close();
  });

  it('is not there when no manager asks, or asks in vain for a watchdog', async () => {
    expect(await openServiceNotify({})).toBeUndefined();
    const other = await openServiceNotify({
      NOTIFY_SOCKET: '@pinbus-nobody',
      WATCHDOG_USEC: '1000',
      WATCHDOG_PID: '1',
    });
    expect(other?.watchdog_ms).toBeUndefined();
    other?.close();
  });

  it('survives a manager that is not there any more', async () => {
    const notify = await openServiceNotify({ NOTIFY_SOCKET: '@pinbus-nobody' });
    expect(() => notify?.watchdog()).not.toThrow();
    notify?.close();
  });

  it('refuses an address that is none', async () => {
    await expect(openServiceNotify({ NOTIFY_SOCKET: 'vsock:2:1234' })).rejects.toThrow('neither a path nor @name');
    await expect(openServiceNotify({ NOTIFY_SOCKET: `/${'x'.repeat(200)}` })).rejects.toThrow('108 are possible');
  });
});
