import type { Logger } from 'pino';

/** The part of `process` that is needed here. */
export interface SignalSource {
  on(event: NodeJS.Signals | 'uncaughtException' | 'unhandledRejection', listener: (what: unknown) => void): unknown;
  off(event: NodeJS.Signals | 'uncaughtException' | 'unhandledRejection', listener: (what: unknown) => void): unknown;
}

export interface SignalHandlers {
  /** SIGTERM or SIGINT for the first time, or SIGHUP from a terminal that was closed. */
  stop(signal: NodeJS.Signals): void;
  /** SIGTERM or SIGINT again, by somebody who does not want to wait. `exit_code` is 128 and the signal's number. */
  force(exit_code: number): void;
  /** Any other SIGHUP. */
  reload(): void;
  /** The terminal that the process was started on is not there any more. */
  lostTerminal(): boolean;
  /** An error that nobody caught; only the first one, those of the way down are logged alone. */
  crash(error: unknown): void;
}

const NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** What the outside says to the process, in the words of the node. */
export class Signals {
  readonly #source: SignalSource;
  readonly #handlers: SignalHandlers;
  readonly #log: Logger;
  #stopping = false;
  #crashed = false;

  constructor(source: SignalSource, handlers: SignalHandlers, log: Logger) {
    this.#source = source;
    this.#handlers = handlers;
    this.#log = log;
  }

  start(): void {
    this.#source.on('SIGTERM', this.#terminate);
    this.#source.on('SIGINT', this.#interrupt);
    this.#source.on('SIGHUP', this.#hangUp);
    this.#source.on('uncaughtException', this.#uncaught);
    this.#source.on('unhandledRejection', this.#uncaught);
  }

  stop(): void {
    this.#source.off('SIGTERM', this.#terminate);
    this.#source.off('SIGINT', this.#interrupt);
    this.#source.off('SIGHUP', this.#hangUp);
    this.#source.off('uncaughtException', this.#uncaught);
    this.#source.off('unhandledRejection', this.#uncaught);
  }

  readonly #terminate = (): void => this.#end('SIGTERM');
  readonly #interrupt = (): void => this.#end('SIGINT');

  readonly #hangUp = (): void => {
    if (this.#handlers.lostTerminal()) this.#end('SIGHUP');
    else if (!this.#stopping) this.#handlers.reload();
  };

  readonly #uncaught = (error: unknown): void => {
    this.#log.fatal({ err: error }, 'uncaught error: outputs go to their stop state, then the process ends');
    if (this.#crashed) return;
    this.#crashed = true;
    this.#handlers.crash(error);
  };

  #end(signal: keyof typeof NUMBERS): void {
    if (this.#stopping) {
      this.#log.warn({ signal }, 'a second signal: not waiting any longer');
      this.#handlers.force(128 + NUMBERS[signal]);
      return;
    }
    this.#stopping = true;
    this.#log.info({ signal }, 'stopping; a second signal ends the process at once');
    this.#handlers.stop(signal);
  }
}
