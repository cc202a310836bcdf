/** A value as SQLite keeps it. */
export type Value = null | number | string | Buffer;

/** https://www.sqlite.org/fileformat2.html#varint: up to nine bytes. Undefined: it does not end, or is no safe number. */
export function varint(bytes: Buffer, at: number): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return undefined;
    value = value * 128 + (byte % 128);
    if (byte < 128) return value <= Number.MAX_SAFE_INTEGER ? { value, end: at + i + 1 } : undefined;
  }
  return undefined;
}

/** https://www.sqlite.org/fileformat2.html#record_format. Undefined: that is no record. */
export function decodeRecord(bytes: Buffer): Value[] | undefined {
  const header = varint(bytes, 0);
  if (header === undefined || header.value > bytes.length) return undefined;
  const values: Value[] = [];
  let body = header.value;
  let at = header.end;
  while (at < header.value) {
    const type = varint(bytes, at);
    if (type === undefined) return undefined;
    at = type.end;
    const length = lengthOf(type.value);
    if (length === undefined || body + length > bytes.length) return undefined;
    const value = decode(type.value, bytes.subarray(body, body + length));
    if (value === undefined) return undefined;
    values.push(value);
    body += length;
  }
  return at === header.value && body === bytes.length ? values : undefined;
}

const INTEGER_BYTES = [0, 1, 2, 3, 4, 6, 8] as const;

function lengthOf(type: number): number | undefined {
  if (type >= 12) return Math.floor((type - 12) / 2);
  if (type === 7) return 8;
  return type === 8 || type === 9 ? 0 : INTEGER_BYTES[type];
}

function decode(type: number, bytes: Buffer): Value | undefined {
  if (type === 0) return null;
  if (type === 7) return bytes.readDoubleBE(0);
  if (type >= 8 && type <= 9) return type - 8;
  if (type < 8) return integer(bytes);
  return type % 2 === 0 ? bytes : text(bytes);
}

function integer(bytes: Buffer): number | undefined {
  const value = bytes.length === 8 ? Number(bytes.readBigInt64BE(0)) : bytes.readIntBE(0, bytes.length);
  return Number.isSafeInteger(value) ? value : undefined;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function text(bytes: Buffer): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}
