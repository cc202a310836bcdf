import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import { Store } from '../../src/broker/store/store.ts';

export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly code?: string;
}

/** A logger whose lines a test can read. */
export function keptLog(): { readonly log: Logger; readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  return { log: pino({ level: 'trace' }, { write: (line: string) => lines.push(JSON.parse(line)) }), lines };
}

/** A folder for a database, and the stores that were opened in it. */
export class DatabaseFolder {
  readonly folder = mkdtempSync(join(tmpdir(), 'pinbus-store-'));
  readonly path = join(this.folder, 'pinbus.db');
  readonly kept = keptLog();
  readonly #stores: Store[] = [];

  async open(path = this.path): Promise<Store> {
    const store = new Store(path, this.kept.log);
    await store.start(new AbortController().signal);
    this.#stores.push(store);
    return store;
  }

  /** Stops what was opened. */
  async close(): Promise<void> {
    await Promise.all(this.#stores.map((store) => store.stop()));
  }

  async remove(): Promise<void> {
    await this.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
