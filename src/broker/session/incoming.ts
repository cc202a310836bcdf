import type { SessionArchive } from './archive.ts';
import type { SessionState } from './state.ts';

/** QoS 2 messages from a client: each taken once, however often it comes [MQTT-4.3.3-10]. */
export class Incoming {
  readonly #state: SessionState;
  readonly #archive: SessionArchive | undefined;
  /** By identifier, those that are on their way to the disk. */
  #pending: Map<number, Promise<void>> | undefined;

  constructor(state: SessionState, archive: SessionArchive | undefined) {
    this.#state = state;
    this.#archive = archive;
  }

  /** Publishes it. It and its identifier are in one commit, where they have to survive; PUBREC waits for what is returned. */
  take(packetId: number, durable: boolean, publish: () => Promise<void> | undefined): Promise<void> | undefined {
    const archive = this.#archive;
    if (archive === undefined) return this.#taken(packetId, [publish()]);
    return archive.together(() =>
      this.#taken(packetId, [publish(), durable ? archive.receive(this.#state.row, packetId) : undefined]),
    );
  }

  /** What the PUBREC of a message that came before waits for. */
  pending(packetId: number): Promise<void> | undefined {
    return this.#pending?.get(packetId);
  }

  /** PUBREL came; PUBCOMP waits for what is returned, or the next message of that identifier could be lost. */
  free(packetId: number, durable: boolean): Promise<void> | undefined {
    const known = this.#state.incoming.delete(packetId);
    return known && durable ? this.#archive?.free(this.#state.row, packetId) : undefined;
  }

  #taken(packetId: number, needs: readonly (Promise<void> | undefined)[]): Promise<void> | undefined {
    this.#state.incoming.add(packetId);
    const wanted = needs.filter((one) => one !== undefined);
    if (wanted.length === 0) return undefined;
    const kept = Promise.all(wanted).then(() => undefined);
    const pending = (this.#pending ??= new Map());
    pending.set(packetId, kept);
    kept.then(
      () => pending.delete(packetId),
      () => {
        // Not taken, so the identifier is free [MQTT 5.0, 4.3.3].
        pending.delete(packetId);
        this.free(packetId, true)?.catch(() => {});
      },
    );
    return kept;
  }
}
