/** Bytes of a packet, right or wrong: nothing here is checked. */
export const packet = (first: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([first]), varint(body.length), body]);
};

export const byte = (...values: readonly number[]): Buffer => Buffer.from(values);

export const uint16 = (value: number): Buffer => byte(value >> 8, value & 0xff);

export const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return Buffer.from(bytes);
}

/** A string, or any bytes in the place of one. */
export const text = (value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint16(bytes.length), bytes]);
};

/** A property list with its length; nothing before MQTT 5. */
export const properties = (version: number, ...list: readonly Buffer[]): Buffer => {
  const bytes = Buffer.concat(list);
  return version === 5 ? Buffer.concat([varint(bytes.length), bytes]) : Buffer.alloc(0);
};

export interface ConnectFields {
  readonly version?: 4 | 5;
  readonly header?: number;
  readonly name?: string;
  readonly level?: number;
  /** Clean session, nothing else. */
  readonly flags?: number;
  readonly keepAlive?: number;
  readonly properties?: readonly Buffer[];
  readonly clientId?: string | Buffer;
  /** What follows the client id. */
  readonly rest?: readonly Buffer[];
}

let clients = 0;

export function connectBytes(fields: ConnectFields = {}): Buffer {
  const { version = 4, header = 0x10, name = 'MQTT', level = version, flags = 0x02, keepAlive = 0 } = fields;
  return packet(
    header,
    text(name),
    byte(level, flags),
    uint16(keepAlive),
    properties(version, ...(fields.properties ?? [])),
    text(fields.clientId ?? `bytes-${process.pid}-${++clients}`),
    ...(fields.rest ?? []),
  );
}

export interface PublishBytes {
  readonly version?: 4 | 5;
  readonly header?: number;
  readonly topic: string | Buffer;
  readonly packetId?: number;
  readonly properties?: readonly Buffer[];
  readonly payload?: string | Buffer;
}

export const publishBytes = ({ version = 4, header = 0x30, topic, packetId, ...rest }: PublishBytes): Buffer =>
  packet(
    header,
    text(topic),
    packetId === undefined ? Buffer.alloc(0) : uint16(packetId),
    properties(version, ...(rest.properties ?? [])),
    Buffer.from(rest.payload ?? 'x'),
  );

/** Filters, each with its options byte. */
export const subscribeBytes = (
  version: number,
  packetId: number,
  filters: readonly (readonly [filter: string | Buffer, options: number])[],
  { header = 0x82, list = [] }: { readonly header?: number; readonly list?: readonly Buffer[] } = {},
): Buffer =>
  packet(
    header,
    uint16(packetId),
    properties(version, ...list),
    ...filters.flatMap(([filter, options]) => [text(filter), byte(options)]),
  );

export const unsubscribeBytes = (
  version: number,
  packetId: number,
  filters: readonly (string | Buffer)[],
  header = 0xa2,
): Buffer => packet(header, uint16(packetId), properties(version), ...filters.map(text));
