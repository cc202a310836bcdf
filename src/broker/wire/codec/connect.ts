import type { Message, Qos } from '#topics';
import { ProtocolFault } from '../fault.ts';
import { REASON } from '../reason.ts';
import { type ConnectPacket, type ProtocolVersion, TYPE } from './packet.ts';
import { IN, type Properties, readProperties } from './properties.ts';
import { writeProperties } from './properties.ts';
import type { Reader } from './reader.ts';
import { Writer } from './writer.ts';

const malformed = (what: string) => new ProtocolFault(REASON.malformed_packet, what);

/** The protocol's name or level is none that is spoken here [MQTT-3.1.2-1, -2]. */
export class UnknownProtocol extends Error {
  /** False: the name is not MQTT's, so nothing is answered. */
  readonly answerable: boolean;

  constructor(message: string, answerable: boolean) {
    super(message);
    this.answerable = answerable;
  }
}

/** CONNECT [MQTT 5.0, 3.1; MQTT 3.1.1, 3.1]. Throws ProtocolFault and UnknownProtocol. */
export function decodeConnect(reader: Reader, headerFlags: number): ConnectPacket {
  const { version, bridge } = readProtocol(reader);
  // [MQTT-2.1.3-1]; MQTT 3.1 leaves them, and the reserved connect flag, to whoever sends them.
  if (version !== 3 && headerFlags !== 0) throw malformed('reserved flags of the fixed header');
  const flags = reader.byte();
  if (version !== 3 && (flags & 0x01) !== 0) throw malformed('the reserved connect flag is set'); // [MQTT-3.1.2-3]
  const hasWill = (flags & 0x04) !== 0;
  const willQos = (flags >> 3) & 0x03;
  if (willQos === 3) throw malformed('the will has QoS 3'); // [MQTT-3.1.2-12]
  if (!hasWill && (flags & 0x38) !== 0) throw malformed('will flags without a will'); // [MQTT-3.1.2-11, -13]
  const hasUsername = (flags & 0x80) !== 0;
  const hasPassword = (flags & 0x40) !== 0;
  // MQTT 5 allows a password alone; before it, [MQTT-3.1.2-22] forbids it.
  if (hasPassword && !hasUsername && version !== 5) throw malformed('a password without a user name');
  const keepAlive = reader.uint16();
  const properties = version === 5 ? readProperties(reader, IN.connect) : undefined;
  if (properties?.authenticationData !== undefined && properties.authenticationMethod === undefined) {
    throw new ProtocolFault(REASON.protocol_error, 'authentication data without a method'); // (MQTT 5.0, 3.1.2.11.10)
  }
  const clientId = reader.name();
  const will = hasWill ? readWill(reader, version, toQos(willQos), (flags & 0x20) !== 0) : undefined;
  const username = hasUsername ? reader.name() : undefined;
  const password = hasPassword ? reader.binary() : undefined;
  return {
    type: 'connect',
    version,
    bridge,
    cleanStart: (flags & 0x02) !== 0,
    keepAlive,
    clientId,
    ...(properties && { properties }),
    ...(will && { will }),
    ...(username !== undefined && { username }),
    ...(password && { password }),
  };
}

interface Protocol {
  readonly version: ProtocolVersion;
  readonly bridge: boolean;
}

function readProtocol(reader: Reader): Protocol {
  const name = reader.string();
  const level = reader.byte();
  const version = level & 0x7f;
  const bridge = level >= 0x80;
  if (name === 'MQIsdp' && version === 3) return { version, bridge };
  if (name !== 'MQTT' && name !== 'MQIsdp') {
    throw new UnknownProtocol(`the protocol is ${JSON.stringify(name.slice(0, 32))}`, false);
  }
  if (name === 'MQTT' && (version === 4 || (version === 5 && !bridge))) return { version, bridge };
  throw new UnknownProtocol(`the protocol level is ${level}`, true);
}

function readWill(reader: Reader, version: ProtocolVersion, qos: Qos, retain: boolean): ConnectPacket['will'] {
  const properties = version === 5 ? readProperties(reader, IN.will) : undefined;
  const topic = reader.name();
  const payload = reader.binary();
  const { willDelayInterval, ...ofMessage } = properties ?? {};
  const message: Message = {
    topic,
    payload,
    qos,
    retain,
    ...(Object.keys(ofMessage).length > 0 && { properties: ofMessage }),
  };
  return { message, delay_s: willDelayInterval ?? 0 };
}

function toQos(bits: number): Qos {
  return bits === 0 ? 0 : bits === 1 ? 1 : 2;
}

/** CONNACK [MQTT 5.0, 3.2]; before MQTT 5 `code` is a return code [MQTT 3.1.1, table 3.1]. */
export function encodeConnack(
  version: ProtocolVersion,
  sessionPresent: boolean,
  code: number,
  properties?: Properties,
): Buffer {
  // MQTT 3.1 has no such flag.
  const writer = new Writer().byte(sessionPresent && version !== 3 ? 1 : 0).byte(code);
  if (version === 5) writeProperties(writer, properties);
  return writer.packet(TYPE.connack);
}
