import { createHash } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import type { Logger } from 'pino';
import { MAX_CONFIG_BYTES } from '../config/load.ts';
import { readSmallFile } from '../config/values.ts';

/** An editor writes a file in several steps; only when it is quiet again is the file what was meant. */
const QUIET_MS = 250;
/** Until a file that is gone is looked for again. */
const GONE_MS = 1_000;

export interface ConfigWatchParts {
  /** Absolute. */
  readonly file: string;
  readonly log: Logger;
  readonly onChange: () => void;
}

/**
 * Says when a config's content changed. Watches the file and not its folder, where a database may lie that is written a
 * hundred times a second; most editors replace the file by a new one of the same name, so it is watched anew after each
 * change. A link that is turned to another file changes unseen; SIGHUP is for that.
 */
export class ConfigWatch {
  readonly #parts: ConfigWatchParts;
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #digest: string | undefined;
  #stopped = false;

  constructor(parts: ConfigWatchParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    this.#arm();
    this.#digest = await digestOf(this.#parts.file);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  /** From here on, whatever has that name now. */
  #arm(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    try {
      this.#watcher = watch(this.#parts.file, { persistent: false }, () => this.#compareIn(QUIET_MS));
      // Such as too many watches on the machine: the signal is left.
      this.#watcher.on('error', (error) => this.#giveUp(error));
    } catch (error) {
      // A file that is gone for the moment is about to be replaced.
      if (isGone(error)) this.#compareIn(GONE_MS);
      else this.#giveUp(error);
    }
  }

  #compareIn(after_ms: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.#compare(), after_ms);
    this.#timer.unref();
  }

  async #compare(): Promise<void> {
    this.#arm();
    const digest = await digestOf(this.#parts.file);
    if (this.#stopped || digest === undefined || digest === this.#digest) return;
    this.#digest = digest;
    this.#parts.onChange();
  }

  #giveUp(error: unknown): void {
    const { log, file } = this.#parts;
    log.warn({ err: error, file }, 'the config is not watched: reload with SIGHUP');
    this.stop();
  }
}

/** Undefined: there is no such file. One that cannot be read has a digest too: whoever reads it then says why. */
async function digestOf(file: string): Promise<string | undefined> {
  try {
    return createHash('sha256')
      .update(await readSmallFile(file, MAX_CONFIG_BYTES))
      .digest('base64');
  } catch (error) {
    return isGone(error) ? undefined : 'unreadable';
  }
}

const isGone = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
