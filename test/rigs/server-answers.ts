import { type Packet, parser } from 'mqtt-packet';

const FROM_SERVER: ReadonlySet<string> = new Set([
  'connack',
  'publish',
  'puback',
  'pubrec',
  'pubrel',
  'pubcomp',
  'suback',
  'unsuback',
  'pingresp',
  'disconnect',
]);

/**
 * What is wrong with all that a server sent on a connection, by rules that hold whatever it was sent; undefined: nothing.
 * `connected`: a CONNECT that it takes came first.
 */
export function answersFault(bytes: Buffer, version: 4 | 5, connected: boolean): string | undefined {
  const packets: Packet[] = [];
  let broken: string | undefined;
  const reader = parser({ protocolVersion: version });
  reader.on('packet', (packet) => packets.push(packet));
  reader.on('error', (error: Error) => {
    broken = error.message;
  });
  const left = reader.parse(bytes);
  if (broken !== undefined) return `no packet: ${broken}`;
  if (left > 0) return `${left} bytes of a packet without its end`;
  const kinds = packets.map(({ cmd }) => cmd);
  const foreign = kinds.find((kind) => !FROM_SERVER.has(kind));
  if (foreign !== undefined) return `a server sent ${foreign}`;
  if (kinds.length > 0 && kinds[0] !== 'connack') return `${kinds[0]} before CONNACK`; // [MQTT-3.2.0-1]
  if (connected && kinds.length === 0) return 'no CONNACK';
  if (kinds.filter((kind) => kind === 'connack').length > 1) return 'two CONNACKs'; // [MQTT-3.2.0-2]
  const end = kinds.indexOf('disconnect');
  if (end === -1) return undefined;
  if (version !== 5) return 'DISCONNECT from a server before MQTT 5';
  if (end !== kinds.length - 1) return 'something after DISCONNECT'; // [MQTT-3.14.4-1]
  const last = packets[end];
  const reason = last?.cmd === 'disconnect' ? (last.reasonCode ?? 0) : 0;
  return reason < 0x80 ? `DISCONNECT with reason ${reason}` : undefined;
}
