import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type BusClient, latest } from '../../rigs/bus-client.ts';
import { connectNpmMqtt } from '../../rigs/npm-mqtt.ts';
import { MAIN, Pinbus } from '../../rigs/pinbus.ts';
import { until } from '../../rigs/until.ts';

const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** A node whose log goes to `file`, and a client of it. */
async function serving(file: string): Promise<BusClient> {
  const pinbus = await Pinbus.prepare({
    config: { log: { level: 'trace' }, entities: [{ id: 'lamp', platform: 'switch', line: 17 }] },
  });
  const log = openSync(file, 'w');
  const program = spawn(process.execPath, [MAIN, 'start', '-c', pinbus.file], {
    cwd: pinbus.folder,
    stdio: ['ignore', log, 'ignore'],
  });
  closeSync(log);
  ends.push(async () => {
    program.kill('SIGKILL');
    if (program.exitCode === null && program.signalCode === null) await once(program, 'exit');
    await pinbus.dispose();
  });
  const client = await until(
    'a node that serves',
    () => connectNpmMqtt(pinbus.port, '5').catch(() => undefined),
    60_000,
  );
  ends.push(() => client.close());
  await client.subscribe('pinbus/v1/porch/+/state');
  await until('a lamp', () => latest(client, 'pinbus/v1/porch/lamp/state'));
  return client;
}

async function switched(client: BusClient, times: number): Promise<void> {
  for (let count = 1; count <= times; count += 1) {
    const state = count % 2 === 1 ? 'ON' : 'OFF';
    await client.publish('pinbus/v1/porch/lamp/set', state, { qos: 1 });
    await until(state, () => latest(client, 'pinbus/v1/porch/lamp/state')?.payload === state);
  }
}

/** A pipe that is open at its other end, full, and never read. */
function fullPipe(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pinbus-test-'));
  const pipe = join(folder, 'log');
  execFileSync('mkfifo', [pipe]);
  const end = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  ends.push(async () => {
    closeSync(end);
    rmSync(folder, { recursive: true });
  });
  try {
    for (;;) writeSync(end, Buffer.alloc(4_096));
  } catch {
    return pipe;
  }
}

test('a log on a full disk ends nothing', async () => {
  await expect(switched(await serving('/dev/full'), 10)).resolves.toBeUndefined();
});

test('a log that nobody reads stalls nobody', async () => {
  await expect(switched(await serving(fullPipe()), 10)).resolves.toBeUndefined();
});
