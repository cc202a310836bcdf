import type { ExpectedClient } from '#broker';
import { type AnnouncedComponent, nameFromId, type NodeTopics, nodeTopics } from '#topics';
import type { Config } from '../config/config.ts';
import type { DeviceFacts } from './document.ts';

/** Seconds: health comes every 30, so a value that is three times as old is none. */
const HEALTH_EXPIRES_S = 90;

/** What the node says of itself that somebody may want to see in Home Assistant. */
export function diagnostics(
  config: Pick<Config, 'node' | 'bridges' | 'broker'>,
  { tells_throttling }: Pick<DeviceFacts, 'tells_throttling'>,
): readonly AnnouncedComponent[] {
  const topics = nodeTopics(config.node.id);
  const outbox = config.bridges.some(({ out }) => out.length > 0);
  return [
    startedAt(topics),
    clients(topics),
    diskWrites(topics),
    ...(tells_throttling ? slowdowns(topics) : []),
    ...(outbox ? [outboxDepth(topics)] : []),
    ...config.bridges.flatMap(({ name }) => [bridgeConnected(topics, name), breaker(topics, name)]),
    ...config.broker.clients.map((client) => clientHealthy(topics, client)),
  ];
}

const startedAt = ({ info }: NodeTopics): AnnouncedComponent => ({
  node_value: 'started_at',
  component: {
    platform: 'sensor',
    name: 'Started at',
    device_class: 'timestamp',
    entity_category: 'diagnostic',
    state_topic: info,
    value_template: '{{ value_json.started_at }}',
  },
});

const clients = ({ health }: NodeTopics): AnnouncedComponent => ({
  node_value: 'clients',
  component: {
    platform: 'sensor',
    name: 'MQTT clients',
    icon: 'mdi:lan-connect',
    state_class: 'measurement',
    entity_category: 'diagnostic',
    state_topic: health,
    value_template: '{{ value_json.broker.clients }}',
    expire_after: HEALTH_EXPIRES_S,
  },
});

/** What wears a card out. */
const diskWrites = ({ health }: NodeTopics): AnnouncedComponent => ({
  node_value: 'disk_writes_per_day',
  component: {
    platform: 'sensor',
    name: 'Disk writes per day',
    icon: 'mdi:sd',
    device_class: 'data_size',
    unit_of_measurement: 'B',
    state_class: 'measurement',
    entity_category: 'diagnostic',
    state_topic: health,
    // Home Assistant takes this word for a state that is not known.
    value_template: "{{ value_json.store.written_bytes_per_day | default('None') }}",
    expire_after: HEALTH_EXPIRES_S,
  },
});

/** Each now, and latched: a dip in the voltage is too short for somebody to look just then. */
const slowdowns = (topics: NodeTopics): readonly AnnouncedComponent[] => [
  slowdown(topics, 'undervoltage', 'Undervoltage'),
  slowdown(topics, 'undervoltage', 'Undervoltage since start', 'latched'),
  slowdown(topics, 'throttled', 'Throttled'),
  slowdown(topics, 'throttled', 'Throttled since start', 'latched'),
];

const slowdown = (
  { health }: NodeTopics,
  key: 'undervoltage' | 'throttled',
  name: string,
  when: 'now' | 'latched' = 'now',
): AnnouncedComponent => ({
  node_value: when === 'now' ? key : `${key}_latched`,
  component: {
    platform: 'binary_sensor',
    name,
    device_class: 'problem',
    entity_category: 'diagnostic',
    state_topic: health,
    // Missing: the machine does not say at the moment, and that is a state that is not known.
    value_template:
      `{{ 'None' if value_json.machine.${key} is not defined else ` +
      `'ON' if value_json.machine.${key}.${when} else 'OFF' }}`,
    expire_after: HEALTH_EXPIRES_S,
  },
});

const outboxDepth = ({ health }: NodeTopics): AnnouncedComponent => ({
  node_value: 'outbox_depth',
  component: {
    platform: 'sensor',
    name: 'Outbox depth',
    icon: 'mdi:tray-full',
    state_class: 'measurement',
    entity_category: 'diagnostic',
    state_topic: health,
    value_template: '{{ value_json.outbox.depth }}',
    expire_after: HEALTH_EXPIRES_S,
  },
});

const bridgeConnected = ({ health }: NodeTopics, name: string): AnnouncedComponent => ({
  node_value: `bridge_${name}`,
  component: {
    platform: 'binary_sensor',
    name: `Bridge ${name}`,
    device_class: 'connectivity',
    entity_category: 'diagnostic',
    state_topic: health,
    value_template:
      `{{ 'ON' if value_json.bridges | selectattr('name', 'eq', '${name}')` +
      " | selectattr('state', 'in', ['connected', 'paused']) | list else 'OFF' }}",
    expire_after: HEALTH_EXPIRES_S,
  },
});

/** Says why nothing is tried for a while. */
const breaker = ({ health }: NodeTopics, name: string): AnnouncedComponent => ({
  node_value: `breaker_${name}`,
  component: {
    platform: 'sensor',
    name: `Breaker ${name}`,
    icon: 'mdi:electric-switch',
    device_class: 'enum',
    options: ['closed', 'half_open', 'open'],
    entity_category: 'diagnostic',
    state_topic: health,
    value_template: `{{ value_json.bridges | selectattr('name', 'eq', '${name}') | map(attribute='breaker') | first }}`,
    expire_after: HEALTH_EXPIRES_S,
  },
});

/** While the node runs, every client that is expected has its topic, so that there is nothing to expire. */
const clientHealthy = (topics: NodeTopics, { id, name }: ExpectedClient): AnnouncedComponent => ({
  node_value: `client_${id}`,
  component: {
    platform: 'binary_sensor',
    name: name ?? nameFromId(id),
    device_class: 'connectivity',
    entity_category: 'diagnostic',
    state_topic: topics.client(id),
    value_template: "{{ 'ON' if value_json.healthy else 'OFF' }}",
  },
});
