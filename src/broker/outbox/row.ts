/** A message as the table `outbox` has it, column by column: as an object each would take half as long again to read. */
export type OutboxRow = readonly [
  sequence: number,
  topic: string,
  payload: Uint8Array,
  properties: string | null,
  qos: number,
  retain: number,
  written_at: number,
  expires_run_ms: number | null,
  bytes: number,
  checksum: number | null,
];

export const COLUMNS =
  'outbox.sequence, outbox.topic, payload, properties, qos, retain, written_at, expires_run_ms, bytes, checksum';

/** What a row takes of the outbox's bound. */
export const bytesOf = (row: OutboxRow): number => row[8];

/** For LIMIT: of a bare parameter SQLite makes the statement anew each time that it is bound, to plan by its value. */
export const ANY = '(? + 0)';

/** A row before it is read: a page of long ones is a short one. */
export interface SizeRow {
  readonly sequence: number;
  readonly bytes: number;
}

export const SIZES = 'outbox.sequence, bytes';

/** Bytes that one page has at most, after its first row. */
export const PAGE_BYTES = 1024 * 1024;

/** The last of the rows that a page of so many bytes has; undefined: there are none. */
export function lastOfPage(sizes: readonly SizeRow[], page_bytes: number): SizeRow | undefined {
  let bytes = 0;
  const over = sizes.findIndex((row, place) => (bytes += row.bytes) > page_bytes && place > 0);
  return sizes.at(over === -1 ? -1 : over - 1);
}
