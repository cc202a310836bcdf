import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Mosquitto } from '../../rigs/mosquitto.ts';
import { Pinbus } from '../../rigs/pinbus.ts';
import { untilReserve } from '../reserve.ts';

/**
 * Publishes on their way to the upstream at once: the same for all, and pinbus's default. mosquitto 2.0.11 keeps to it at
 * first, and after a reconnect lets more and more go at once.
 */
export const WINDOW = 200;
/** For a long way, where 200 bounds a link to 2,000 a second at 100 ms; and nearer to what mosquitto comes to. */
export const WIDE_WINDOW = 1_000;

/** A broker on the edge that bridges `load/#` to an upstream. */
export interface Subject {
  readonly port: number;
  readonly pid: number;
  /** Milliseconds until it was ready. */
  start(): Promise<number>;
  /** By SIGKILL. */
  kill(): Promise<unknown>;
  remove(): Promise<void>;
}

export interface Contender {
  readonly name: string;
  /** It is to lose nothing by a SIGKILL. */
  readonly durable: boolean;
  make(upstream_port: number): Promise<Subject>;
}

/** Node's flags and the environment, as the systemd unit has them. */
function unit(): { readonly flags: readonly string[]; readonly env: Readonly<Record<string, string>> } {
  const text = readFileSync('systemd/pinbus.service', 'utf8');
  const [line = ''] = /^ExecStart=.*$/m.exec(text) ?? [];
  const variables = [...text.matchAll(/^Environment=(\w+)=(.*)$/gm)];
  return {
    flags: line.split(' ').filter((word) => word.startsWith('--')),
    env: Object.fromEntries(variables.map(([, name = '', value = '']) => [name, value])),
  };
}

export async function makePinbus(upstream_port: number, window = WINDOW): Promise<Subject> {
  const cloud = {
    name: 'cloud',
    url: `mqtt://127.0.0.1:${upstream_port}`,
    out: [{ filter: 'load/#' }],
    window,
    // As fast as the link lets it.
    replay: { rate: 1_000_000, burst: 1_000_000 },
  };
  const config = { bridges: [cloud], outbox: { max_bytes: '4GiB' } };
  const { flags, env } = unit();
  const pinbus = await Pinbus.prepare({ config, node_flags: flags, env });
  return {
    port: pinbus.port,
    get pid() {
      return pinbus.program.pid;
    },
    start: async () => {
      const ready_ms = await pinbus.start(60_000);
      await untilReserve(join(pinbus.folder, 'pinbus.db'));
      return ready_ms;
    },
    kill: () => pinbus.kill(),
    remove: () => pinbus.dispose(),
  };
}

/** What both kinds of mosquitto have: a session at the upstream that stays, no bound on what waits, no delay on sockets. */
const BRIDGE = (upstream_port: number): readonly string[] => [
  'listener 0 127.0.0.1',
  'allow_anonymous true',
  'set_tcp_nodelay true',
  'max_queued_messages 0',
  `max_inflight_messages ${WINDOW}`,
  'persistence true',
  'persistence_location /nowhere/',
  'connection cloud',
  `address 127.0.0.1:${upstream_port}`,
  'topic load/# out 1',
  'cleansession false',
  'notifications false',
  'restart_timeout 1',
];

async function makeMosquitto(upstream_port: number, lines: readonly string[]): Promise<Subject> {
  const mosquitto = await Mosquitto.make([], [...lines, ...BRIDGE(upstream_port)].join('\n'));
  return {
    port: mosquitto.port,
    get pid() {
      return mosquitto.pid;
    },
    start: async () => {
      const began_ms = performance.now();
      await mosquitto.start();
      return performance.now() - began_ms;
    },
    kill: () => mosquitto.kill(),
    remove: () => mosquitto.remove(),
  };
}

export const CONTENDERS: readonly Contender[] = [
  { name: 'pinbus', durable: true, make: (port) => makePinbus(port) },
  { name: `pinbus, window ${WIDE_WINDOW}`, durable: true, make: (port) => makePinbus(port, WIDE_WINDOW) },
  {
    name: 'mosquitto, saving each change',
    durable: true,
    make: (port) => makeMosquitto(port, ['autosave_on_changes true', 'autosave_interval 1']),
  },
  { name: 'mosquitto, in memory', durable: false, make: (port) => makeMosquitto(port, []) },
];
