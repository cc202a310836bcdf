import type { Origin } from '#broker';
import type { CommandRefusal, Entity } from '../platforms/platform.ts';

/** An entity that is one output: the output looks after its line, a platform adds the commands. */
export abstract class OutputEntity implements Entity {
  protected abstract readonly output: Omit<Entity, 'command'>;

  abstract command(payload: Buffer, origin: Origin): CommandRefusal | undefined;

  start(signal: AbortSignal): Promise<void> {
    return this.output.start(signal);
  }

  refresh(): Promise<void> {
    return this.output.refresh();
  }

  check(): Promise<void> {
    return this.output.check();
  }

  stop(): Promise<void> {
    return this.output.stop();
  }
}
