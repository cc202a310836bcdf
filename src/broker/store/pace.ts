import { Patience, WAIT_MS } from './patience.ts';

/** Calls of a commit that gains little by more: 32 short messages cost 7 bytes a byte. */
const ENOUGH = 32;

/** A commit, as far as its time hangs on it. */
export interface Departing {
  readonly calls: number;
  /** Calls whose results somebody waits for. */
  readonly asked: number;
}

/** When the next commit goes, while none is under way: at the end of this turn of the event loop, or a little later. */
export class Pace {
  readonly #go: () => void;
  readonly #patience = new Patience();
  #scheduled = false;
  #wait: { readonly commit: Departing; timer: NodeJS.Timeout } | undefined;

  constructor(go: () => void) {
    this.#go = go;
  }

  /** Something is in the commit, or more than before. */
  arrived(commit: Departing): void {
    if (this.#scheduled || (this.#wait !== undefined && !isUrgent(commit))) return;
    if (this.#wait !== undefined || !this.#mayWait(commit)) this.#goSoon();
  }

  /** A commit waits for company. */
  get isWaiting(): boolean {
    return this.#wait !== undefined;
  }

  /** The one before is on disk. True: it goes at once. */
  isDue(commit: Departing): boolean {
    return !this.#scheduled && this.#wait === undefined && !this.#mayWait(commit);
  }

  #mayWait(commit: Departing): boolean {
    if (isUrgent(commit) || !this.#patience.waits(performance.now())) return false;
    const half = setTimeout(() => {
      const early = commit.calls;
      const rest = setTimeout(() => {
        this.#wait = undefined;
        this.#patience.waited(early, commit.calls - early);
        this.#go();
      }, WAIT_MS / 2);
      this.#wait = { commit, timer: rest };
    }, WAIT_MS / 2);
    this.#wait = { commit, timer: half };
    return true;
  }

  #goSoon(): void {
    clearTimeout(this.#wait?.timer);
    this.#wait = undefined;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#go();
    });
  }
}

const isUrgent = ({ calls, asked }: Departing): boolean => asked > 0 || calls >= ENOUGH;
