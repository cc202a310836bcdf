import type { Bus, RetainedStore } from '#broker';
import { decodeJsonObject, encodeInfo, type NodeInfo } from '#topics';
import type { DeletionMemory } from '../home-assistant/home-assistant.ts';

/** The retained `info` topic: says what the node is, and remembers over restarts what has no other place. */
export class InfoTopic implements DeletionMemory {
  readonly #topic: string;
  readonly #bus: Bus;
  readonly #facts: () => NodeInfo;
  #deleted: string | undefined;

  constructor(topic: string, bus: Bus, facts: () => NodeInfo) {
    this.#topic = topic;
    this.#bus = bus;
    this.#facts = facts;
  }

  /** Takes up what an earlier run remembered. After the retained messages were loaded. */
  recall(retained: RetainedStore): void {
    const before = retained.recall(this.#topic);
    const json = before && decodeJsonObject(before.payload);
    if (json?.ok && typeof json.value['deleted_device'] === 'string') this.#deleted = json.value['deleted_device'];
  }

  get deleted(): string | undefined {
    return this.#deleted;
  }

  async remember(deleted: string | undefined): Promise<void> {
    this.#deleted = deleted;
    await this.publish();
  }

  read(): NodeInfo {
    return { ...this.#facts(), ...(this.#deleted !== undefined && { deleted_device: this.#deleted }) };
  }

  publish(): Promise<void> {
    return this.#bus.publish({ topic: this.#topic, payload: encodeInfo(this.read()), qos: 1, retain: true });
  }
}
