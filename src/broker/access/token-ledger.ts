import { open, readFile, rename } from 'node:fs/promises';
import { z } from 'zod';
import { BrokerError } from '../errors.ts';

/** Entries at once; those whose tokens have expired make room. */
const MOST = 10_000;

const entrySchema = z.object({
  revoked: z.boolean(),
  /** Of the refresh token that counts; older ones were exchanged. */
  generation: z.int(),
  /** Wall clock, milliseconds since 1970: when no token of it can be valid any more. */
  until_ms: z.number(),
});

type Entry = z.output<typeof entrySchema>;

/** Which tokens do not count any more, by id, on disk: a restart makes none of them valid again. */
export class TokenLedger {
  readonly #path: string;
  #entries = new Map<string, Entry>();
  #written: Promise<void> = Promise.resolve();

  private constructor(path: string) {
    this.#path = path;
  }

  /** Rejects with BROKER_TOKEN_LEDGER when the file is there and is no ledger: nothing is let in on a guess. */
  static async load(path: string): Promise<TokenLedger> {
    const ledger = new TokenLedger(path);
    try {
      const entries = z.record(z.string(), entrySchema).parse(JSON.parse(await readFile(path, 'utf8')));
      ledger.#entries = new Map(Object.entries(entries));
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) {
        throw ledger.#fault('cannot be read', cause);
      }
    }
    return ledger;
  }

  isRevoked(id: string): boolean {
    return this.#entries.get(id)?.revoked === true;
  }

  generationOf(id: string): number {
    return this.#entries.get(id)?.generation ?? 0;
  }

  /** Takes effect at once; settles when it is on disk. Rejects with BROKER_TOKEN_LEDGER. */
  async set(id: string, entry: Entry): Promise<void> {
    if (!this.#entries.has(id)) this.#makeRoom();
    this.#entries.set(id, entry);
    this.#written = this.#written.then(
      () => this.#write(),
      () => this.#write(),
    );
    await this.#written;
  }

  #makeRoom(): void {
    const now_ms = Date.now();
    if (this.#entries.size >= MOST) {
      for (const [id, { until_ms }] of this.#entries) if (until_ms < now_ms) this.#entries.delete(id);
    }
    if (this.#entries.size >= MOST) throw this.#fault(`has ${MOST} tokens that are still valid`);
  }

  async #write(): Promise<void> {
    const fresh = `${this.#path}.new`;
    try {
      const file = await open(fresh, 'w', 0o600);
      try {
        await file.writeFile(JSON.stringify(Object.fromEntries(this.#entries)));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(fresh, this.#path);
    } catch (cause) {
      throw this.#fault('cannot be written', cause);
    }
  }

  #fault(why: string, cause?: unknown): BrokerError {
    return new BrokerError('BROKER_TOKEN_LEDGER', `the ledger of tokens ${this.#path} ${why}`, { cause });
  }
}
