import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Caller } from '../../rigs/caller.ts';
import { freePort } from '../../rigs/free-port.ts';
import { connectPacket, type MalformedCase, malformed } from '../../rigs/malformed.ts';
import { Pinbus } from '../../rigs/pinbus.ts';
import { seeded } from '../../rigs/seeded.ts';
import { answersFault } from '../../rigs/server-answers.ts';
import { until } from '../../rigs/until.ts';

/** `npm run test:fuzz` takes a new seed and more packets. */
const SEED = Number(process.env['PINBUS_FUZZ_SEED'] ?? 50_002);
const PACKETS = Number(process.env['PINBUS_FUZZ_PACKETS'] ?? 5_000);
const AT_ONCE = 16;
const COLLECT = 'SIGUSR2';
/** Bytes of live heap, of which young garbage is a few million. A session kept for each connection would be above it. */
const GROWTH = 8 * 1024 * 1024;
/** Bytes. V8 lets its heap grow under a flood and gives it back late, and a snapshot is built in memory. */
const RESIDENT = 400 * 1024 * 1024;

describe(`${PACKETS} malformed, truncated and oversized packets (seed ${SEED})`, () => {
  let pinbus: Pinbus;
  let tls_port: number;

  beforeAll(async () => {
    tls_port = await freePort();
    pinbus = await Pinbus.prepare({
      node_flags: [`--heapsnapshot-signal=${COLLECT}`],
      config: (port, folder) => {
        const [cert, key] = selfSigned(folder);
        return {
          broker: { listeners: [{ port }, { port: tls_port, tls: { cert, key } }] },
          entities: [{ id: 'porch_lamp', platform: 'switch', line: 18 }],
        };
      },
    });
    await pinbus.start();
  });

  afterAll(async () => {
    await pinbus?.dispose();
  });

  const listeners = [
    { name: 'TCP', part: 1, open: () => connect({ port: pinbus.port, host: '127.0.0.1', noDelay: true }) },
    {
      name: 'TLS',
      part: 0.1,
      open: () => connectTls({ port: tls_port, host: '127.0.0.1', rejectUnauthorized: false }),
    },
  ];

  const promise = 'on the $name listener: the process lives, answers as a server may, and its memory is flat';
  test.each(listeners)(promise, { timeout: 240_000 + PACKETS * 20 }, async ({ open, part }) => {
    const random = seeded(SEED);
    await flood(open, malformed((PACKETS * part) / 2, random));
    const before = await liveHeapBytes(pinbus);
    await flood(open, malformed(PACKETS * part, random));
    expect(pinbus.program.exit, pinbus.program.lastWords()).toBeUndefined();
    expect(residentBytes(pinbus.program.pid)).toBeLessThan(RESIDENT);
    expect((await liveHeapBytes(pinbus)) - before).toBeLessThan(GROWTH);
    const house = await Caller.connect(pinbus.port);
    expect((await house.line(18)).level).toBe(false);
    await house.close();
  });
});

/** Each packet on a connection of its own, a few connections at a time. */
async function flood(open: () => Socket, cases: Iterator<MalformedCase>): Promise<void> {
  const next = async (): Promise<void> => {
    for (let { value, done } = cases.next(); !done; { value, done } = cases.next()) {
      await send(open(), value as MalformedCase);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

/** Settles once the broker closed the connection; ours is half-closed after the packet, so it has no reason not to. */
function send(socket: Socket, { connected, version, bytes, pieces }: MalformedCase): Promise<void> {
  const answers: Buffer[] = [];
  return new Promise((resolve, reject) => {
    const said = (): string => `after ${bytes.subarray(0, 200).toString('hex')}${connected ? ' on a connection' : ''}`;
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`the connection was still open 10 s ${said()}`));
    }, 10_000);
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      const fault = answersFault(Buffer.concat(answers), version, connected);
      if (fault === undefined) resolve();
      else reject(new Error(`${fault}, MQTT ${version}, ${said()}`));
    });
    socket.on('data', (chunk: Buffer) => answers.push(chunk));
    if (connected) socket.write(connectPacket(version, ''));
    void write(socket, pieces);
  });
}

async function write(socket: Socket, pieces: readonly Buffer[]): Promise<void> {
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.end();
}

/** The heap after a full collection: V8 makes one before it writes a snapshot. */
async function liveHeapBytes(pinbus: Pinbus): Promise<number> {
  pinbus.program.signal(COLLECT);
  const snapshot = await until('a heap snapshot', () =>
    readdirSync(pinbus.folder).find((name) => name.endsWith('.heapsnapshot')),
  );
  // The call is answered once the snapshot is written: both are the main thread's.
  const house = await Caller.connect(pinbus.port);
  const { memory } = (await house.result('health')) as { memory: { heap_used_bytes: number } };
  await house.close();
  rmSync(join(pinbus.folder, snapshot));
  return memory.heap_used_bytes;
}

function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(?<value>\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(kilobytes?.groups?.['value']) * 1024;
}

function selfSigned(folder: string): [cert: string, key: string] {
  const cert = join(folder, 'cert.pem');
  const key = join(folder, 'key.pem');
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const subject = ['-subj', '/CN=localhost', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...curve, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return [cert, key];
}
