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
/** V8 gives back what so many connects left behind once it was idle for about 25 s; that is no part of being idle. */
const SETTLE_MS = 30_000;

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
  await wait(SETTLE_MS);
  const bytes_a_client = (residentBytes(subject.pid) - before) / count;
  const pings = pingInTurn(clients, over_ms);
  const cpu = await cpuShare(subject.pid, over_ms);
  await pings;
  await Promise.all(clients.map((client) => client.close()));
  return { bytes_a_client, cpu };
}

/** As many PINGREQs as fall into the time, evenly. */
async function pingInTurn(clients: readonly TallyClient[], over_ms: number): Promise<void> {
  const per_ms = clients.length / (KEEP_ALIVE_S * 1_000);
  let next = 0;
  for (const began = performance.now(); performance.now() - began < over_ms; await wait(20)) {
    for (const due = (performance.now() - began) * per_ms; next < due; next++)
      void clients[next % clients.length]?.ping();
  }
}
