import type { Message } from '#topics';
import { BrokerError } from '../errors.ts';
import { asBuffer, asQos, decodeProperties } from '../store/columns.ts';
import type { Store } from '../store/store.ts';
import { DAMAGED } from './checksum.ts';
import type { DeadLetterRow, WholeDeadLetterRow } from './dead-letter-table.ts';
import type { SqliteOutbox } from './sqlite-outbox.ts';

/** What an upstream refused for good. */
export interface DeadLetter {
  readonly id: number;
  readonly bridge: string;
  readonly topic: string;
  readonly reason: string;
  /** Wall clock, milliseconds since 1970, as `refused_at`. */
  readonly published_at: number;
  readonly refused_at: number;
  /** Of the payload. */
  readonly bytes: number;
}

/** Dead letters on disk: the newest 10,000, and 16 MiB of them. */
export class DeadLetters {
  readonly #store: Store;
  readonly #outbox: SqliteOutbox;

  constructor(store: Store, outbox: SqliteOutbox) {
    this.#store = store;
    this.#outbox = outbox;
  }

  count(): Promise<number> {
    return this.#store.ask('deadLetters', 'count');
  }

  /** The oldest after that id, of one bridge or of all. */
  async list(bridge: string | undefined, after: number, limit: number): Promise<readonly DeadLetter[]> {
    const rows = await this.#store.ask('deadLetters', 'list', bridge ?? null, after, limit);
    return rows.map(toLetter);
  }

  /** Rejects with OUTBOX_DEAD_LETTER_UNKNOWN, as the others do. */
  async show(id: number): Promise<DeadLetter & { readonly message: Message }> {
    const row = await this.#row(id);
    return { ...toLetter(row), message: toMessage(row) };
  }

  /**
   * Sends it once more, behind what waits already; it is not retained now, for its topic may have a newer value. Rejects with
   * OUTBOX_BRIDGE_UNKNOWN when its bridge is gone, OUTBOX_MESSAGE_DAMAGED, and OUTBOX_FULL.
   */
  async retry(id: number): Promise<void> {
    const row = await this.#row(id);
    if (row.reason === DAMAGED) {
      throw new BrokerError('OUTBOX_MESSAGE_DAMAGED', `dead letter ${id} is not what was published any more`);
    }
    if (!this.#outbox.lanes.includes(row.lane)) {
      throw new BrokerError('OUTBOX_BRIDGE_UNKNOWN', `the bridge ${row.lane} has no \`out\` rules, or is gone`);
    }
    await this.#store.together(() => {
      const appended = this.#outbox.append({ ...toMessage(row), retain: false }, [row.lane], {
        written_at: row.written_at,
      });
      void this.#store.write('deadLetters', 'remove', [id]);
      return appended;
    });
  }

  async delete(id: number): Promise<void> {
    await this.#row(id);
    await this.#store.write('deadLetters', 'remove', [id]);
  }

  async #row(id: number): Promise<WholeDeadLetterRow> {
    const row = await this.#store.ask('deadLetters', 'get', id);
    if (row === undefined) throw new BrokerError('OUTBOX_DEAD_LETTER_UNKNOWN', `there is no dead letter ${id}`);
    return row;
  }
}

const toLetter = ({ id, lane, topic, reason, written_at, refused_at, bytes }: DeadLetterRow): DeadLetter => ({
  id,
  bridge: lane,
  topic,
  reason,
  published_at: written_at,
  refused_at,
  bytes,
});

function toMessage({ topic, payload, qos, retain, properties }: WholeDeadLetterRow): Message {
  const kept = decodeProperties(properties);
  return {
    topic,
    payload: asBuffer(payload),
    qos: asQos(qos),
    retain: retain === 1,
    ...(kept === undefined ? {} : { properties: kept }),
  };
}
