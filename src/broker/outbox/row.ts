/** A message as the table `outbox` has it. */
export interface OutboxRow {
  readonly sequence: number;
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly properties: string | null;
  readonly qos: number;
  readonly retain: number;
  readonly written_at: number;
  readonly expires_run_ms: number | null;
  readonly bytes: number;
}

export const COLUMNS =
  'outbox.sequence, outbox.topic, payload, properties, qos, retain, written_at, expires_run_ms, bytes';

/** Bytes that one page has at most, after its first row. */
const PAGE_BYTES = 1024 * 1024;

/** Rows in their order, the first of them after that number. */
export function page(next: (after: number) => OutboxRow | undefined, after: number, limit: number): OutboxRow[] {
  const rows: OutboxRow[] = [];
  let bytes = 0;
  for (let row = next(after); row !== undefined && rows.length < limit; row = next(row.sequence)) {
    bytes += row.bytes;
    if (rows.length > 0 && bytes > PAGE_BYTES) break;
    rows.push(row);
  }
  return rows;
}
