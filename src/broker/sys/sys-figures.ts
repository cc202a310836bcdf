import type { Engine } from '../wire/engine.ts';
import type { SysFigures } from './figures.ts';
import { statsOf } from './stats.ts';

/** What the broker can tell of itself at any moment; it remembers the highest of what it was asked for. */
export function sysFigures(engine: Engine, version: string): () => SysFigures {
  const started_ms = performance.now();
  let clients_maximum = 0;
  let heap_maximum_bytes = 0;
  return () => {
    const { counters, sessions } = engine;
    const stats = statsOf(engine);
    const { heapUsed: heap_bytes } = process.memoryUsage();
    clients_maximum = Math.max(clients_maximum, stats.clients);
    heap_maximum_bytes = Math.max(heap_maximum_bytes, heap_bytes);
    let queued = 0;
    let queued_bytes = 0;
    for (const { state } of sessions) {
      queued += state.queue.length;
      queued_bytes += state.queue.bytes;
    }
    return {
      version,
      uptime_s: (performance.now() - started_ms) / 1000,
      clients_connected: stats.clients,
      clients_total: stats.sessions,
      clients_maximum,
      clients_expired: counters.expired_sessions,
      subscriptions: stats.subscriptions,
      shared_subscriptions: sessions.subscriptions.groups,
      retained: stats.retained,
      queued,
      queued_bytes,
      heap_bytes,
      heap_maximum_bytes,
      packets_in: counters.packets_in,
      packets_out: counters.packets_out,
      messages_in: counters.messages_in,
      messages_out: counters.messages_out,
      dropped: Object.values(counters.dropped).reduce((sum, count) => sum + count, 0),
      payload_bytes_in: counters.payload_bytes_in,
      payload_bytes_out: counters.payload_bytes_out,
      bytes_in: counters.bytes_in,
      bytes_out: counters.bytes_out,
      sockets: counters.connections,
      admissions: counters.admissions,
    };
  };
}
