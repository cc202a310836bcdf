import type { SysFigures } from './figures.ts';
import { LOAD_WINDOWS_MIN } from './load.ts';

/** What a load is kept of, by mosquitto's name for it. */
export const LOADS = {
  'messages/received': (figures) => figures.packets_in,
  'messages/sent': (figures) => figures.packets_out,
  'publish/dropped': (figures) => figures.dropped,
  'publish/received': (figures) => figures.messages_in,
  'publish/sent': (figures) => figures.messages_out,
  'bytes/received': (figures) => figures.bytes_in,
  'bytes/sent': (figures) => figures.bytes_out,
  sockets: (figures) => figures.sockets,
  connections: (figures) => figures.admissions,
} as const satisfies Readonly<Record<string, (figures: SysFigures) => number>>;

export type LoadName = keyof typeof LOADS;

/** Topics and units as mosquitto 2.0 has them [mosquitto(8), BROKER STATUS], so that what reads one reads the other. */
export function* sysTopics(
  figures: SysFigures,
  loads: ReadonlyMap<LoadName, readonly number[]>,
): Generator<readonly [topic: string, value: string]> {
  for (const [name, value] of Object.entries(plain(figures))) yield [`$SYS/broker/${name}`, String(value)];
  for (const [name, averages] of loads) {
    for (const [index, window_min] of LOAD_WINDOWS_MIN.entries()) {
      yield [`$SYS/broker/load/${name}/${window_min}min`, (averages[index] ?? 0).toFixed(2)];
    }
  }
}

function plain(figures: SysFigures): Readonly<Record<string, string | number>> {
  const disconnected = figures.clients_total - figures.clients_connected;
  const stored = figures.retained + figures.queued;
  return {
    version: `pinbus version ${figures.version}`,
    uptime: `${Math.floor(figures.uptime_s)} seconds`,
    'clients/total': figures.clients_total,
    'clients/connected': figures.clients_connected,
    'clients/disconnected': disconnected,
    // The older names of the two, which dashboards have still.
    'clients/active': figures.clients_connected,
    'clients/inactive': disconnected,
    'clients/maximum': figures.clients_maximum,
    'clients/expired': figures.clients_expired,
    'subscriptions/count': figures.subscriptions,
    'shared_subscriptions/count': figures.shared_subscriptions,
    'retained messages/count': figures.retained,
    'messages/stored': stored,
    'store/messages/count': stored,
    'store/messages/bytes': figures.queued_bytes,
    'messages/received': figures.packets_in,
    'messages/sent': figures.packets_out,
    'publish/messages/received': figures.messages_in,
    'publish/messages/sent': figures.messages_out,
    'publish/messages/dropped': figures.dropped,
    'publish/bytes/received': figures.payload_bytes_in,
    'publish/bytes/sent': figures.payload_bytes_out,
    'bytes/received': figures.bytes_in,
    'bytes/sent': figures.bytes_out,
    'heap/current': figures.heap_bytes,
    'heap/maximum': figures.heap_maximum_bytes,
  };
}
