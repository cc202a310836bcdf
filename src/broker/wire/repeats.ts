import { ProtocolFault } from './fault.ts';
import { REASON } from './reason.ts';

/** Times that a QoS 2 message may come with DUP after its PUBREC was sent, on one connection; as in mosquitto. */
const MOST = 1;

/**
 * QoS 2 messages that a client sends again though they were answered. A transport that loses nothing has no need of it
 * [MQTT-4.4.0-1]: who does it over and over does not read what it is told.
 */
export class Repeats {
  /** Most clients never repeat anything. */
  #counts: Map<number, number> | undefined;

  /** Throws ProtocolFault. */
  heard(packetId: number): void {
    this.#counts ??= new Map();
    const count = (this.#counts.get(packetId) ?? 0) + 1;
    if (count > MOST) throw new ProtocolFault(REASON.protocol_error, 'a QoS 2 message was repeated over and over');
    this.#counts.set(packetId, count);
  }

  /** PUBREL came. */
  released(packetId: number): void {
    this.#counts?.delete(packetId);
  }
}
