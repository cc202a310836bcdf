import { dirname } from 'node:path';
import { type Bridges, type Broker, type BridgeStatus, daysLeft, type Outbox, type Store } from '#broker';
import type { Machine } from '#hw';
import type { BridgeHealth, BrokerHealth, StoreHealth } from '#topics';
import type { Clock } from '../clock.ts';
import type { CommandLatency } from './command-latency.ts';
import type { EventLoop } from './event-loop.ts';
import type { HealthSources } from './health-reporter.ts';
import { machineHealth } from './machine.ts';
import { outboxHealth } from './outbox.ts';
import { Rate } from './rate.ts';
import { ThrottlingLatch } from './throttling-latch.ts';
import { Wear, type WearFigures } from './wear.ts';

export interface MeasuredParts {
  readonly broker: Broker;
  readonly store: Store;
  readonly outbox: Outbox;
  readonly bridges: Bridges;
  readonly machine: Machine;
  /** Path of the database. */
  readonly database: string;
  readonly event_loop: EventLoop;
  readonly command_latency: CommandLatency;
  readonly clock: Clock;
}

/** Where the figures of a health document come from. */
export function healthSources(parts: MeasuredParts): HealthSources {
  const { broker, store, outbox, bridges, machine, database, event_loop, command_latency, clock } = parts;
  const rates = { in: new Rate(), out: new Rate() };
  const wear = new Wear();
  const throttling = new ThrottlingLatch(machine, clock);
  return {
    event_loop,
    command_latency,
    throttling,
    broker: () => brokerHealth(broker, rates, clock.monotonic()),
    store: async () => storeHealth(store, wear.next(await machine.written(), store.kept_bytes, clock.monotonic())),
    outbox: () => (outbox.lanes.length > 0 ? outboxHealth(outbox.status()) : undefined),
    bridges: () => bridges.status().map(bridgeHealth),
    machine: () => machineHealth(machine, dirname(database), throttling.latest),
  };
}

function brokerHealth(broker: Broker, rates: { readonly in: Rate; readonly out: Rate }, now_ms: number): BrokerHealth {
  const [first_ms] = broker
    .certificates()
    .map(({ expires_ms }) => expires_ms)
    .toSorted((a, b) => a - b);
  const { clients, sessions, retained, messages_in, messages_out, dropped } = broker.stats();
  return {
    clients,
    sessions,
    messages_in_per_s: rates.in.next(messages_in, now_ms),
    messages_out_per_s: rates.out.next(messages_out, now_ms),
    retained,
    ...(first_ms !== undefined && { certificate_days: daysLeft(first_ms, Date.now()) }),
    dropped,
  };
}

function storeHealth(store: Store, wear: Partial<WearFigures>): StoreHealth {
  const { state, last_error } = store.condition();
  return { state, ...(last_error !== undefined && { last_error }), kept_bytes: store.kept_bytes, ...wear };
}

function bridgeHealth({ name, state, breaker, depth, last_error, drain_s }: BridgeStatus): BridgeHealth {
  return {
    name,
    state,
    breaker,
    depth,
    ...(last_error && { last_error: last_error.message }),
    ...(last_error?.remedy !== undefined && { remedy: last_error.remedy }),
    ...(drain_s !== undefined && { drain_s }),
  };
}
