import { closeSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';

/** The terminal that the process was started on, if it was. */
export class Terminal {
  readonly #had = hasTerminal();
  readonly #descriptors = [0, 1, 2].filter(isatty);

  /** It was closed, or its connection broke. */
  get lost(): boolean {
    return this.#had && !hasTerminal();
  }

  /**
   * Lets go of a lost terminal, as the last thing before the process ends: Node sets its terminals back at exit and aborts
   * (SIGABRT) when one answers EIO. The standard streams that were on it cannot be written to afterwards.
   */
  drop(): void {
    for (const descriptor of this.#descriptors) closeSync(descriptor);
  }
}

/** /dev/tty opens while there is a controlling terminal, and fails with ENXIO once it hung up or when there is none (tty(4)). */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}
