import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundled } from '../../../scripts/bundle.mjs';
import { freePort } from '../../rigs/free-port.ts';
import { LoadClient } from '../../rigs/load-client.ts';
import { Pinbus } from '../../rigs/pinbus.ts';
import { Program } from '../../rigs/program.ts';
import { until } from '../../rigs/until.ts';

export const SET = 'pinbus/v1/porch/porch_lamp/set';
export const STATE = 'pinbus/v1/porch/porch_lamp/state';

/** What is measured: something on a port that answers SET with STATE. */
export interface Subject {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

export async function startPinbus(): Promise<Subject & { readonly ready_ms: number }> {
  const pinbus = await Pinbus.prepare({ config: { entities: [{ id: 'porch_lamp', platform: 'switch', line: 18 }] } });
  const ready_ms = await pinbus.start();
  const { port } = pinbus;
  return { name: 'pinbus', port, pid: pinbus.program.pid, ready_ms, stop: () => pinbus.dispose() };
}

/** mosquitto with no-delay sockets (off by default, and 40 ms slower at QoS 1 without), and an echo process beside it. */
export async function startMosquittoEcho(): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'pinbus-bench-'));
  const port = await freePort();
  const file = join(folder, 'mosquitto.conf');
  writeFileSync(
    file,
    `listener ${port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\nmax_queued_messages 0\n`,
  );
  const broker = new Program('/usr/sbin/mosquitto', ['-c', file]);
  await until('mosquitto', () =>
    LoadClient.connect(port, 'probe').then(
      (client) => client.close().then(() => true),
      () => false,
    ),
  );
  const echo = new Program(process.execPath, [await bundled('test/bench/latency/echo.ts'), String(port), SET, STATE]);
  await echo.line('ready', (line) => line === 'ready' || undefined);
  const stop = async (): Promise<void> => {
    await echo.stop();
    await broker.stop();
    rmSync(folder, { recursive: true });
  };
  return { name: 'mosquitto + echo', port, pid: broker.pid, stop };
}
