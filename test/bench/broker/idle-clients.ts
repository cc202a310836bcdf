import { setTimeout as wait } from 'node:timers/promises';
import { cpuShare, residentBytes } from '../process-figures.ts';
import type { Subject } from './subject.ts';
import { TallyClient } from './tally-client.ts';

export interface IdleFigures {
  readonly bytes_a_client: number;
  /** The part of a core, with the clients' PINGREQs. */
  readonly cpu: number;
}

const KEEP_ALIVE_S = 60;
const AT_ONCE = 100;

/** What clients cost that do nothing but stay: each with one subscription, and a PINGREQ in each keep alive. */
export async function idleClients(subject: Subject, count: number, over_ms: number): Promise<IdleFigures> {
  const before = residentBytes(subject.pid);
  const clients: TallyClient[] = [];
  for (let first = 0; first < count; first += AT_ONCE) {
    const some = Array.from({ length: AT_ONCE }, (_, index) =>
      TallyClient.connect(subject.port, `idle-${first + index}`, KEEP_ALIVE_S),
    );
    clients.push(...(await Promise.all(some)));
  }
  await Promise.all(clients.map((client, index) => client.subscribe(`idle/${index}`, 1)));
  await wait(5_000);
  const bytes_a_client = (residentBytes(subject.pid) - before) / count;
  const pings = pingInTurn(clients, over_ms);
  const cpu = await cpuShare(subject.pid, over_ms);
  await pings;
  await Promise.all(clients.map((client) => client.close()));
  return { bytes_a_client, cpu };
}

/** As many PINGREQs as fall into the time, evenly. */
async function pingInTurn(clients: readonly TallyClient[], over_ms: number): Promise<void> {
  const every_ms = 20;
  const each = Math.ceil((clients.length / (KEEP_ALIVE_S * 1_000)) * every_ms);
  let next = 0;
  for (const began = performance.now(); performance.now() - began < over_ms; await wait(every_ms)) {
    for (let i = 0; i < each; i++, next++) void clients[next % clients.length]?.ping();
  }
}
