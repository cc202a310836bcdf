import type { UserProperty } from '#topics';
import { ProtocolFault } from '../fault.ts';
import { REASON, type Reason } from '../reason.ts';
import type { Reader } from './reader.ts';
import type { Writer } from './writer.ts';

/** Where a property may stand, as bits; what only a server sends is here to be refused [MQTT 5.0, table 2-4]. */
export const IN = {
  connect: 1,
  will: 2,
  publish: 4,
  subscribe: 8,
  unsubscribe: 16,
  acknowledgement: 32,
  disconnect: 64,
  auth: 128,
} as const;

/** Every property, by the specification's name. */
export interface Properties {
  payloadFormatIndicator?: boolean;
  messageExpiryInterval?: number;
  contentType?: string;
  responseTopic?: string;
  correlationData?: Buffer;
  subscriptionIdentifier?: number;
  sessionExpiryInterval?: number;
  assignedClientIdentifier?: string;
  serverKeepAlive?: number;
  authenticationMethod?: string;
  authenticationData?: Buffer;
  requestProblemInformation?: boolean;
  willDelayInterval?: number;
  requestResponseInformation?: boolean;
  reasonString?: string;
  receiveMaximum?: number;
  topicAliasMaximum?: number;
  topicAlias?: number;
  userProperties?: UserProperty[];
  maximumPacketSize?: number;
  responseInformation?: string;
  serverReference?: string;
  maximumQos?: number;
  retainAvailable?: boolean;
  wildcardSubscriptionAvailable?: boolean;
  subscriptionIdentifierAvailable?: boolean;
  sharedSubscriptionAvailable?: boolean;
}

/** Properties to be written. */
export type GivenProperties = Readonly<Omit<Properties, 'userProperties'>> & {
  readonly userProperties?: readonly UserProperty[];
};

type Single = Exclude<keyof Properties, 'userProperties'>;
type Kind = 'boolean' | 'byte' | 'uint16' | 'uint32' | 'varint' | 'string' | 'binary';
interface Property {
  readonly name: Single;
  readonly kind: Kind;
  readonly where: number;
  /** Zero is a Protocol Error. */
  readonly positive?: true;
}

const USER_PROPERTY = 0x26;
const MESSAGE = IN.publish | IN.will;

/** By identifier [MQTT 5.0, table 2-4]. `where` has only what a client may send. */
const PROPERTIES = new Map<number, Property>([
  [0x01, { name: 'payloadFormatIndicator', kind: 'boolean', where: MESSAGE }],
  [0x02, { name: 'messageExpiryInterval', kind: 'uint32', where: MESSAGE }],
  [0x03, { name: 'contentType', kind: 'string', where: MESSAGE }],
  [0x08, { name: 'responseTopic', kind: 'string', where: MESSAGE }],
  [0x09, { name: 'correlationData', kind: 'binary', where: MESSAGE }],
  // A client's PUBLISH must not have one [MQTT-3.3.4-6].
  [0x0b, { name: 'subscriptionIdentifier', kind: 'varint', where: IN.subscribe }],
  [0x11, { name: 'sessionExpiryInterval', kind: 'uint32', where: IN.connect | IN.disconnect }],
  [0x12, { name: 'assignedClientIdentifier', kind: 'string', where: 0 }],
  [0x13, { name: 'serverKeepAlive', kind: 'uint16', where: 0 }],
  [0x15, { name: 'authenticationMethod', kind: 'string', where: IN.connect | IN.auth }],
  [0x16, { name: 'authenticationData', kind: 'binary', where: IN.connect | IN.auth }],
  [0x17, { name: 'requestProblemInformation', kind: 'boolean', where: IN.connect }],
  [0x18, { name: 'willDelayInterval', kind: 'uint32', where: IN.will }],
  [0x19, { name: 'requestResponseInformation', kind: 'boolean', where: IN.connect }],
  [0x1a, { name: 'responseInformation', kind: 'string', where: 0 }],
  // A server's word; a client that says it by mistake is leaving anyway.
  [0x1c, { name: 'serverReference', kind: 'string', where: IN.disconnect }],
  [0x1f, { name: 'reasonString', kind: 'string', where: IN.acknowledgement | IN.disconnect | IN.auth }],
  [0x21, { name: 'receiveMaximum', kind: 'uint16', where: IN.connect, positive: true }],
  [0x22, { name: 'topicAliasMaximum', kind: 'uint16', where: IN.connect }],
  [0x23, { name: 'topicAlias', kind: 'uint16', where: IN.publish }],
  [0x24, { name: 'maximumQos', kind: 'byte', where: 0 }],
  [0x25, { name: 'retainAvailable', kind: 'boolean', where: 0 }],
  [0x27, { name: 'maximumPacketSize', kind: 'uint32', where: IN.connect, positive: true }],
  [0x28, { name: 'wildcardSubscriptionAvailable', kind: 'boolean', where: 0 }],
  [0x29, { name: 'subscriptionIdentifierAvailable', kind: 'boolean', where: 0 }],
  [0x2a, { name: 'sharedSubscriptionAvailable', kind: 'boolean', where: 0 }],
]);

const IDENTIFIERS: ReadonlyMap<string, Property & { readonly id: number }> = new Map(
  [...PROPERTIES].map(([id, property]) => [property.name, { id, ...property }]),
);

/** Reads a property list; undefined when it is empty. Unknown, misplaced and repeated ones are faults [MQTT 5.0, 2.2.2]. */
export function readProperties(reader: Reader, where: number): Properties | undefined {
  const length = reader.varint();
  if (length === 0) return undefined;
  return reader.within(length, () => {
    const found: Properties = {};
    while (reader.remaining > 0) readProperty(reader, where, found);
    return found;
  });
}

function readProperty(reader: Reader, where: number, into: Properties): void {
  const id = reader.varint();
  if (id === USER_PROPERTY) {
    into.userProperties ??= [];
    into.userProperties.push([reader.string(), reader.string()]);
    return;
  }
  const property = PROPERTIES.get(id);
  if (property === undefined)
    throw new ProtocolFault(REASON.malformed_packet, `there is no property 0x${id.toString(16)}`);
  const value = readValue(reader, property);
  if ((property.where & where) === 0) {
    throw new ProtocolFault(misplaced(where), `property ${property.name} may not stand in this packet`);
  }
  if (into[property.name] !== undefined) {
    throw new ProtocolFault(REASON.protocol_error, `property ${property.name} comes twice`);
  }
  if (property.positive && value === 0) throw new ProtocolFault(REASON.protocol_error, `${property.name} is 0`);
  Object.assign(into, { [property.name]: value });
}

/** Malformed (MQTT 5.0, 2.2.2.2); what clients are used to from mosquitto is a Protocol Error, but in these two. */
function misplaced(where: number): Reason {
  return (where & (IN.subscribe | IN.unsubscribe)) === 0 ? REASON.protocol_error : REASON.malformed_packet;
}

function readValue(reader: Reader, property: Property): boolean | number | string | Buffer {
  switch (property.kind) {
    case 'boolean': {
      const value = reader.byte();
      if (value > 1) throw new ProtocolFault(REASON.protocol_error, `${property.name} is neither 0 nor 1`);
      return value === 1;
    }
    case 'byte':
      return reader.byte();
    case 'uint16':
      return reader.uint16();
    case 'uint32':
      return reader.uint32();
    case 'varint':
      return reader.varint();
    case 'string':
      return reader.string();
    default:
      return reader.binary();
  }
}

/** Writes a property list with its length; `subscriptionIdentifiers` come last [MQTT 5.0, 3.3.2.3.8]. */
export function writeProperties(
  writer: Writer,
  properties: GivenProperties | undefined,
  subscriptionIdentifiers: readonly number[] = [],
): void {
  if (properties === undefined && subscriptionIdentifiers.length === 0) {
    writer.byte(0);
    return;
  }
  writer.counted((list) => {
    if (properties !== undefined) writeGiven(list, properties);
    for (const identifier of subscriptionIdentifiers) list.byte(0x0b).varint(identifier);
  });
}

/** As they came: nobody's properties change places on the way through. */
function writeGiven(list: Writer, properties: GivenProperties): void {
  for (const key of Object.keys(properties)) {
    if (key === 'userProperties') {
      writeUserProperties(list, properties.userProperties);
      continue;
    }
    const identifier = IDENTIFIERS.get(key);
    if (identifier === undefined) continue;
    const value = properties[identifier.name];
    if (value !== undefined) writeValue(list.byte(identifier.id), identifier.kind, value);
  }
}

function writeUserProperties(writer: Writer, userProperties: readonly UserProperty[] = []): void {
  for (const [name, value] of userProperties) writer.byte(USER_PROPERTY).string(name).string(value);
}

function writeValue(writer: Writer, kind: Kind, value: boolean | number | string | Buffer): void {
  if (typeof value === 'string') writer.string(value);
  else if (typeof value === 'boolean') writer.byte(value ? 1 : 0);
  else if (typeof value !== 'number') writer.binary(value);
  else if (kind === 'byte') writer.byte(value);
  else if (kind === 'uint16') writer.uint16(value);
  else if (kind === 'uint32') writer.uint32(value);
  else writer.varint(value);
}
