import { type BridgeHealth, type Health, MESSAGE_CLASSES, type OutboxHealth } from '#topics';

type Labels = Readonly<Record<string, string>>;

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  readonly samples: readonly Sample[];
}

interface Sample {
  readonly labels?: Labels;
  readonly value: number | boolean | undefined;
}

/**
 * A health document in the text format of Prometheus (0.0.4). Units are the base units that it asks for; what is missing in
 * the document is missing here.
 */
export function prometheusText(health: Health, node: string): string {
  return metricsOf(health)
    .map(({ name, help, type, samples }) => {
      const lines = samples.flatMap(({ labels, value }) =>
        value === undefined ? [] : [`pinbus_${name}${labelText({ node, ...labels })} ${Number(value)}\n`],
      );
      return lines.length === 0
        ? ''
        : `# HELP pinbus_${name} ${help}\n# TYPE pinbus_${name} ${type}\n${lines.join('')}`;
    })
    .join('');
}

function metricsOf({ uptime_s, event_loop, memory, command_latency, broker, store, outbox, bridges, machine }: Health) {
  const metrics: readonly Metric[] = [
    gauge('uptime_seconds', 'Since pinbus started', [{ value: uptime_s }]),
    gauge('event_loop_delay_seconds', 'How long what is due waits', [
      { labels: { quantile: '0.5' }, value: seconds(event_loop.delay_p50_ms) },
      { labels: { quantile: '0.99' }, value: seconds(event_loop.delay_p99_ms) },
    ]),
    gauge('memory_rss_bytes', 'Memory of the process', [{ value: memory.rss_bytes }]),
    gauge('memory_heap_used_bytes', 'Heap in use', [{ value: memory.heap_used_bytes }]),
    counter('gc_seconds_total', 'Time spent collecting garbage', [{ value: seconds(memory.gc_time_ms) }]),
    gauge('command_latency_seconds', "From a command's arrival to its state, since the last document", [
      { labels: { quantile: '0.5' }, value: seconds(command_latency?.p50_ms) },
      { labels: { quantile: '0.99' }, value: seconds(command_latency?.p99_ms) },
      { labels: { quantile: '1' }, value: seconds(command_latency?.max_ms) },
    ]),
    gauge('clients', 'Clients that are connected', [{ value: broker.clients }]),
    gauge('sessions', 'Sessions, with those of clients away', [{ value: broker.sessions }]),
    gauge('retained_messages', 'Retained messages', [{ value: broker.retained }]),
    gauge('messages_in_per_second', 'Messages published to the broker', [{ value: broker.messages_in_per_s }]),
    gauge('messages_out_per_second', 'Messages delivered by the broker', [{ value: broker.messages_out_per_s }]),
    counter('messages_dropped_total', 'Messages that the broker did not deliver', reasons(broker.dropped)),
    gauge('certificate_days', 'Until the first certificate ends', [{ value: broker.certificate_days }]),
    gauge('store_ok', 'Whether the database takes what it is given', [{ value: store.state === 'ok' }]),
    counter('store_kept_bytes_total', 'Bytes that the database was given to keep', [{ value: store.kept_bytes }]),
    counter('store_written_bytes_total', 'Bytes that went to the disk', [{ value: store.written_bytes }]),
    ...(outbox === undefined ? [] : outboxMetrics(outbox)),
    ...bridgeMetrics(bridges),
    gauge('cpu_temperature_celsius', 'Of the processor', [{ value: machine.cpu_temperature_c }]),
    gauge('disk_free_bytes', 'Where the database is', [{ value: machine.disk_free_bytes }]),
    gauge('clock_synchronised', 'Whether the wall clock is right', [{ value: machine.clock_synchronised }]),
    gauge('throttled', 'Whether the processor is, or was since the node started', latched(machine.throttled)),
    gauge('undervoltage', 'Whether the supply is too low, or was since then', latched(machine.undervoltage)),
  ];
  return metrics;
}

function outboxMetrics({ classes }: OutboxHealth): readonly Metric[] {
  const each = (of: (health: OutboxHealth['classes']['event']) => number | undefined): readonly Sample[] =>
    MESSAGE_CLASSES.map((name) => ({ labels: { class: name }, value: of(classes[name]) }));
  return [
    gauge(
      'outbox_messages',
      'Messages that an upstream has not confirmed',
      each(({ depth }) => depth),
    ),
    gauge(
      'outbox_bytes',
      'What they take',
      each(({ size_bytes }) => size_bytes),
    ),
    gauge(
      'outbox_oldest_age_seconds',
      'How long the oldest waits',
      each(({ oldest_age_s }) => oldest_age_s),
    ),
    gauge(
      'outbox_withheld_messages',
      'Messages whose publishers wait for room',
      each(({ withheld }) => withheld),
    ),
    counter(
      'outbox_dropped_total',
      'Messages that the outbox gave up',
      MESSAGE_CLASSES.flatMap((name) =>
        reasons(classes[name].dropped).map(({ labels, value }) => ({ labels: { class: name, ...labels }, value })),
      ),
    ),
  ];
}

function bridgeMetrics(bridges: readonly BridgeHealth[]): readonly Metric[] {
  const each = (of: (health: BridgeHealth) => number | boolean | undefined): readonly Sample[] =>
    bridges.map((bridge) => ({ labels: { bridge: bridge.name }, value: of(bridge) }));
  return [
    gauge(
      'bridge_connected',
      'Whether the link is up',
      each(({ state }) => state === 'connected' || state === 'paused'),
    ),
    gauge(
      'bridge_breaker_closed',
      'Whether its breaker lets tries through',
      each(({ breaker }) => breaker === 'closed'),
    ),
    gauge(
      'bridge_owed_messages',
      'Messages that its upstream has not confirmed',
      each(({ depth }) => depth),
    ),
    gauge(
      'bridge_drain_seconds',
      'Until it owes nothing, at the rate of now',
      each(({ drain_s }) => drain_s),
    ),
  ];
}

type Maker = (name: string, help: string, samples: readonly Sample[]) => Metric;
const gauge: Maker = (name, help, samples) => ({ name, help, type: 'gauge', samples });
const counter: Maker = (name, help, samples) => ({ name, help, type: 'counter', samples });

const reasons = (counts: Readonly<Record<string, number>>): readonly Sample[] =>
  Object.entries(counts).map(([reason, value]) => ({ labels: { reason }, value }));

const latched = (of: { readonly now: boolean; readonly latched: boolean } | undefined): readonly Sample[] =>
  of === undefined
    ? []
    : [
        { labels: { since: 'now' }, value: of.now },
        { labels: { since: 'start' }, value: of.latched },
      ];

/** To the microsecond: a quotient has more digits than were measured. */
const seconds = (ms: number | undefined): number | undefined =>
  ms === undefined ? undefined : Math.round(ms * 1000) / 1_000_000;

const labelText = (labels: Labels): string =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))}"`)
    .join(',')}}`;
