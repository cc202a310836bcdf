import type { Config } from '../../../../src/agent/config/config.ts';
import type { ReloadTarget } from '../../../../src/agent/reload/target.ts';

/** A running node that keeps what was asked of it, and fails once at each thing it is told to fail at. */
export class FakeNode implements ReloadTarget {
  readonly asked: string[] = [];
  readonly entities: Set<string>;
  readonly #failing: Set<string>;

  constructor(config: Config, failing: readonly string[] = []) {
    this.entities = new Set(config.entities.map(({ id }) => id));
    this.#failing = new Set(failing);
  }

  #ask(what: string): void {
    this.asked.push(what);
    if (this.#failing.delete(what)) throw new Error(`${what} failed`);
  }

  async addEntity({ id }: { id: string }): Promise<void> {
    this.#ask(`add ${id}`);
    this.entities.add(id);
  }

  async removeEntity(id: string): Promise<void> {
    this.#ask(`remove ${id}`);
    this.entities.delete(id);
  }

  async applyBroker({ listeners }: Config['broker']): Promise<void> {
    this.#ask(`broker ${listeners.map(({ port }) => port).join()}`);
  }

  async applyBridges(bridges: Config['bridges']): Promise<void> {
    this.#ask(`bridges ${bridges.map(({ name }) => name).join()}`);
  }

  async applyHomeAssistant({ prefix }: Config['home_assistant']): Promise<void> {
    this.#ask(`home_assistant ${prefix}`);
  }

  applyLogLevel(level: string): void {
    this.#ask(`log ${level}`);
  }

  async announce({ node, entities }: Config): Promise<void> {
    this.#ask(`announce ${node.name}: ${entities.map(({ id }) => id).join()}`);
  }
}
