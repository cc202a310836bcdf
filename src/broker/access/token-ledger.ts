import { open, readFile, rename } from 'node:fs/promises';
import { z } from 'zod';
import { BrokerError } from '../errors.ts';
import type { FilterRule } from '../options.ts';
import { ruleSchema } from './claims.ts';

/** Entries at once; those whose tokens have expired make room. */
const MOST = 10_000;
/** Users whose rights are remembered; who came longest ago is forgotten first. */
const MOST_USERS = 1_024;

const entrySchema = z.object({
  revoked: z.boolean(),
  /** Of the refresh token that counts; older ones were exchanged. */
  generation: z.int(),
  /** Wall clock, milliseconds since 1970: when no token of it can be valid any more. */
  until_ms: z.number(),
});

type Entry = z.output<typeof entrySchema>;

/** Lists of pairs, for an id or a user may be called anything, `__proto__` too. */
const fileSchema = z.union([
  z.strictObject({
    tokens: z.array(z.tuple([z.string(), entrySchema])),
    rights: z.array(z.tuple([z.string(), z.array(ruleSchema)])),
  }),
  // Of a version that knew of tokens alone.
  z.record(z.string(), entrySchema).transform((tokens) => ({ tokens: Object.entries(tokens), rights: [] })),
]);

/**
 * What outlives a restart of tokens: which do not count any more, by id, so that none of them is valid again; and what the last one
 * of each user allowed, so that its sessions go on collecting what it may read. To read it takes a token that counts.
 */
export class TokenLedger {
  readonly #path: string;
  #entries = new Map<string, Entry>();
  #rights = new Map<string, readonly FilterRule[]>();
  #written: Promise<void> = Promise.resolve();

  private constructor(path: string) {
    this.#path = path;
  }

  /** Rejects with BROKER_TOKEN_LEDGER when the file is there and is no ledger: nothing is let in on a guess. */
  static async load(path: string): Promise<TokenLedger> {
    const ledger = new TokenLedger(path);
    try {
      const { tokens, rights } = fileSchema.parse(JSON.parse(await readFile(path, 'utf8')));
      ledger.#entries = new Map(tokens);
      ledger.#rights = new Map(rights);
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
    await this.#save();
  }

  /** Undefined: nobody of that name came by token, or too many others since. */
  rightsOf(user: string): readonly FilterRule[] | undefined {
    return this.#rights.get(user);
  }

  /** Takes effect at once; settles when it is on disk. Rejects with BROKER_TOKEN_LEDGER. */
  async setRights(user: string, rules: readonly FilterRule[]): Promise<void> {
    const same = JSON.stringify(this.#rights.get(user)) === JSON.stringify(rules);
    this.#rights.delete(user);
    this.#rights.set(user, rules);
    for (const oldest of this.#rights.keys()) {
      if (this.#rights.size <= MOST_USERS) break;
      this.#rights.delete(oldest);
    }
    if (!same) await this.#save();
  }

  async #save(): Promise<void> {
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
        await file.writeFile(JSON.stringify({ tokens: [...this.#entries], rights: [...this.#rights] }));
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
