import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Caller } from '../../rigs/caller.ts';
import { freePort } from '../../rigs/free-port.ts';
import { connectPacket, type MalformedCase, malformed } from '../../rigs/malformed.ts';
import { Pinbus } from '../../rigs/pinbus.ts';
import { seeded } from '../../rigs/seeded.ts';

const SEED = 50_002;
const PACKETS = 5_000;
const AT_ONCE = 16;
/** Bytes. Allocators keep some of what a flood took; a leak of one packet's buffer each would be far above it. */
const GROWTH = 40 * 1024 * 1024;

describe(`${PACKETS} malformed, truncated and oversized packets (seed ${SEED})`, () => {
  let pinbus: Pinbus;
  let tls_port: number;

  beforeAll(async () => {
    tls_port = await freePort();
    pinbus = await Pinbus.prepare({
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
    { name: 'TCP', open: () => connect({ port: pinbus.port, host: '127.0.0.1' }) },
    { name: 'TLS', open: () => connectTls({ port: tls_port, host: '127.0.0.1', rejectUnauthorized: false }) },
  ];

  test.each(listeners)(
    'on the $name listener: the process lives, answers others, and its memory is flat',
    {
      timeout: 240_000,
    },
    async ({ open }) => {
      const random = seeded(SEED);
      await flood(open, malformed(1_000, random));
      const before = residentBytes(pinbus.program.pid);
      await flood(open, malformed(PACKETS, random));
      expect(pinbus.program.exit).toBeUndefined();
      const house = await Caller.connect(pinbus.port);
      expect((await house.line(18)).level).toBe(false);
      await house.close();
      expect(residentBytes(pinbus.program.pid) - before).toBeLessThan(GROWTH);
    },
  );
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
function send(socket: Socket, { connected, version, bytes }: MalformedCase): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`the connection was still open 10 s after ${bytes.subarray(0, 40).toString('hex')}`));
    }, 10_000);
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.resume();
    if (connected) socket.write(connectPacket(version, ''));
    socket.end(bytes);
  });
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
