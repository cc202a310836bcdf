import { createHash } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Logger } from 'pino';
import { MAX_CONFIG_BYTES } from '../config/load.ts';
import { readSmallFile } from '../config/values.ts';

/** An editor writes a file in several steps; only when it is quiet again is the file what was meant. */
const QUIET_MS = 250;

export interface ConfigWatchParts {
  /** Absolute. */
  readonly file: string;
  readonly log: Logger;
  readonly onChange: () => void;
}

/**
 * Says when a config's content changed. Watches the folder, for most editors replace the file by a new one of the same
 * name. A file that is a link into another folder changes unseen; SIGHUP is for that.
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
    const { file, log } = this.#parts;
    this.#digest = await digestOf(file);
    const name = basename(file);
    try {
      this.#watcher = watch(dirname(file), { persistent: false }, (_, changed) => {
        if (changed === null || changed === name) this.#settle();
      });
      // Such as too many watches on the machine, or the folder removed: the signal is left.
      this.#watcher.on('error', (error) => this.#giveUp(error));
    } catch (error) {
      log.warn({ err: error, file }, 'the config is not watched: reload with SIGHUP');
    }
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #settle(): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.#compare(), QUIET_MS);
    this.#timer.unref();
  }

  async #compare(): Promise<void> {
    const digest = await digestOf(this.#parts.file);
    // A file that is gone for the moment is about to be replaced: there is nothing to read yet.
    if (this.#stopped || digest === undefined || digest === this.#digest) return;
    this.#digest = digest;
    this.#parts.onChange();
  }

  #giveUp(error: unknown): void {
    const { log, file } = this.#parts;
    log.warn({ err: error, file }, 'the config is no longer watched: reload with SIGHUP');
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
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? undefined : 'unreadable';
  }
}
