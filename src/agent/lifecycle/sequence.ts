import type { Milliseconds } from '#topics';
import type { Logger } from 'pino';
import { AgentError } from '../errors.ts';

/** One thing that starts after those before it in the list and stops before them. */
export interface Step {
  readonly name: string;
  /** The longest that `start` may take, and the longest that `stop` may take. */
  readonly deadline_ms: Milliseconds;
  /** Must give up when the signal aborts. */
  start(signal: AbortSignal): Promise<void> | void;
  /** Called once for each `start` that was called, also one that failed or hung: it undoes whatever is there. */
  stop(): Promise<void> | void;
}

/**
 * Starts a list of steps in order and stops them in the opposite order. A start that fails stops what had started and
 * throws what went wrong; a stop that fails or hangs is logged and never keeps the others from stopping.
 */
export class Sequence {
  readonly #steps: readonly Step[];
  readonly #log: Logger;
  readonly #started: Step[] = [];
  #stopping: Promise<void> | undefined;

  constructor(steps: readonly Step[], log: Logger) {
    this.#steps = steps;
    this.#log = log;
  }

  /** Throws the failure of the first step that failed, after all of the others were stopped again. */
  async start(signal: AbortSignal): Promise<void> {
    for (const step of this.#steps) {
      try {
        throwIfStopped(signal, step);
        this.#started.push(step);
        const begun = performance.now();
        await startWithin(step, signal);
        this.#log.debug({ step: step.name, took_ms: Math.round(performance.now() - begun) }, 'started');
      } catch (error) {
        await this.stop();
        throw error;
      }
    }
  }

  /** Never throws. A second call waits for the first one. */
  stop(): Promise<void> {
    this.#stopping ??= this.#unwind();
    return this.#stopping;
  }

  async #unwind(): Promise<void> {
    for (let step = this.#started.pop(); step !== undefined; step = this.#started.pop()) {
      const { name, deadline_ms } = step;
      try {
        await within(deadline_ms, Promise.resolve(step.stop()), `stopping ${name}`);
        this.#log.debug({ step: name }, 'stopped');
      } catch (error) {
        this.#log.error({ step: name, err: error }, 'did not stop cleanly');
      }
    }
  }
}

function throwIfStopped(signal: AbortSignal, step: Step): void {
  if (signal.aborted) throw new AgentError('AGENT_STOPPED', `stopped before ${step.name}`, { cause: signal.reason });
}

async function startWithin(step: Step, signal: AbortSignal): Promise<void> {
  const overrun = new AbortController();
  const either = AbortSignal.any([signal, overrun.signal]);
  try {
    await within(step.deadline_ms, Promise.race([step.start(either), aborted(signal, step)]), `starting ${step.name}`);
  } catch (error) {
    overrun.abort(error);
    throw error;
  }
}

/** Rejects when the signal aborts, so that a step that ignores it holds nobody up. */
function aborted(signal: AbortSignal, step: Step): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener(
      'abort',
      () =>
        reject(new AgentError('AGENT_STOPPED', `stopped while ${step.name} was starting`, { cause: signal.reason })),
      { once: true },
    );
  });
}

/** Settles as `work` does, or rejects with AGENT_STEP_TIMEOUT after `deadline_ms`. */
export async function within<T>(deadline_ms: Milliseconds, work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const overrun = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new AgentError('AGENT_STEP_TIMEOUT', `${what} took longer than ${deadline_ms} ms`));
    }, deadline_ms);
  });
  try {
    return await Promise.race([work, overrun]);
  } finally {
    clearTimeout(timer);
  }
}
