import { generate, type Packet } from 'mqtt-packet';

/** Nothing of the node's own, so that a mutation that is still a valid packet commands nothing. */
const TOPIC = 'elsewhere/a';

const properties = { userProperties: { a: 'b' }, sessionExpiryInterval: 5 };
const messageProperties = {
  payloadFormatIndicator: true,
  messageExpiryInterval: 60,
  topicAlias: 1,
  responseTopic: 'elsewhere/b',
  correlationData: Buffer.from([0, 255]),
  userProperties: { a: 'b' },
  contentType: 'text',
};
const connectProperties = {
  sessionExpiryInterval: 5,
  receiveMaximum: 20,
  maximumPacketSize: 1_000,
  topicAliasMaximum: 3,
  requestResponseInformation: true,
  requestProblemInformation: true,
  userProperties: { a: 'b' },
};

const AUTH: Packet = { cmd: 'auth', reasonCode: 0x18, properties: { authenticationMethod: 'method' } };

function valid(version: 4 | 5): Packet[] {
  const v5 = version === 5 ? { properties: { userProperties: { a: 'b' } } } : {};
  const qos = { dup: false, retain: false, payload: 'payload' } as const;
  const will = { topic: TOPIC, payload: Buffer.from('gone'), qos: 1, retain: false } as const;
  return [
    {
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: version,
      clean: true,
      clientId: 'malformed',
      keepalive: 9,
      will,
    },
    {
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: version,
      clean: true,
      clientId: 'malformed',
      keepalive: 9,
      username: 'user',
      password: Buffer.from('password'),
      ...(version === 5 ? { properties: connectProperties } : {}),
    },
    { cmd: 'publish', topic: TOPIC, qos: 0, ...qos, ...v5 },
    { cmd: 'publish', topic: TOPIC, qos: 0, ...qos, ...(version === 5 ? { properties: messageProperties } : {}) },
    { cmd: 'publish', topic: TOPIC, qos: 1, messageId: 7, ...qos, ...v5 },
    { cmd: 'publish', topic: TOPIC, qos: 2, messageId: 8, ...qos, ...v5 },
    { cmd: 'subscribe', messageId: 9, subscriptions: [{ topic: 'elsewhere/#', qos: 1 }], ...v5 },
    { cmd: 'unsubscribe', messageId: 10, unsubscriptions: ['elsewhere/#'], ...v5 },
    { cmd: 'puback', messageId: 7 },
    { cmd: 'pubrec', messageId: 8 },
    { cmd: 'pubrel', messageId: 8 },
    { cmd: 'pubcomp', messageId: 8 },
    { cmd: 'pingreq' },
    { cmd: 'disconnect', ...(version === 5 ? { reasonCode: 0, properties } : {}) },
    { cmd: 'connack', returnCode: 0, reasonCode: 0, sessionPresent: false },
    { cmd: 'suback', messageId: 9, granted: [0] },
    { cmd: 'unsuback', messageId: 9, granted: [0] },
    { cmd: 'pingresp' },
    ...(version === 5 ? [AUTH] : []),
  ];
}

export interface MalformedCase {
  /** A valid CONNECT goes before it. */
  readonly connected: boolean;
  readonly version: 4 | 5;
  readonly bytes: Buffer;
  /** The same, cut anywhere. */
  readonly pieces: readonly Buffer[];
}

/** A CONNECT that the broker takes. */
export function connectPacket(version: 4 | 5, clientId: string): Buffer {
  return generate({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: version,
    clean: true,
    clientId,
    keepalive: 0,
  });
}

/** Malformed, truncated and oversized packets of every type and both versions, before and after CONNECT. */
export function* malformed(count: number, random: () => number): Generator<MalformedCase> {
  const below = (limit: number): number => Math.floor(random() * limit);
  const packets = { 4: valid(4), 5: valid(5) };
  const mutations = Object.values(MUTATIONS);
  for (let index = 0; index < count; index++) {
    const version = random() < 0.5 ? 4 : 5;
    const packet = packets[version][below(packets[version].length)];
    const mutate = mutations[below(mutations.length)];
    if (!packet || !mutate) continue;
    const bytes = mutate(Buffer.from(generate(packet, { protocolVersion: version })), below);
    yield { connected: random() < 0.7, version, bytes, pieces: cut(bytes, below) };
  }
}

/** Whole, in two, or in up to five pieces. */
function cut(bytes: Buffer, below: Below): Buffer[] {
  const cuts = Array.from({ length: below(3) === 0 ? below(5) : below(2) }, () => below(bytes.length + 1));
  const places = [0, ...cuts, bytes.length].sort((a, b) => a - b);
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end));
}

type Below = (limit: number) => number;

const MUTATIONS: Readonly<Record<string, (bytes: Buffer, below: Below) => Buffer>> = {
  flip: (bytes, below) => {
    for (let flips = 1 + below(4); flips > 0; flips--) {
      const at = below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
    }
    return bytes;
  },
  noise: (_bytes, below) => Buffer.from(Array.from({ length: 1 + below(200) }, () => below(256))),
  truncate: (bytes, below) => bytes.subarray(0, 1 + below(bytes.length)),
  length: (bytes, below) => {
    bytes[1] = below(128);
    return bytes;
  },
  // A remaining length of 256 MB, the largest there is [MQTT-2.2.3], and then a little of it.
  oversized: (bytes, below) =>
    Buffer.concat([bytes.subarray(0, 1), Buffer.from([0xff, 0xff, 0xff, 0x7f]), Buffer.alloc(below(65_536))]),
  insert: (bytes, below) => {
    const at = below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), Buffer.from([below(256), below(256)]), bytes.subarray(at)]);
  },
  repeat: (bytes, below) => Buffer.concat([bytes, bytes, bytes.subarray(0, below(bytes.length))]),
};
