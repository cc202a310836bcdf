import type { Message, Qos } from '#topics';
import type { Publication } from '../core/publication.ts';
import type { Subscription } from '../core/subscriber.ts';
import type { BoundedQueue } from './queue.ts';

/** A Session Expiry Interval that means never [MQTT 5.0, 3.1.2.11.2]. */
export const NEVER_EXPIRES = 0xffff_ffff;

/** A message for one client, QoS 1 or 2. */
export interface Outgoing {
  readonly publication: Publication;
  readonly qos: Exclude<Qos, 0>;
  readonly retain: boolean;
  readonly identifiers?: readonly number[];
  readonly bytes: number;
}

/** Sent, and not yet acknowledged to the end. */
interface Inflight {
  readonly outgoing: Outgoing;
  /** `published`: awaits PUBACK or PUBREC; `released`: PUBREC came, awaits PUBCOMP. */
  stage: 'published' | 'released';
}

interface Will {
  readonly message: Message;
  /** Seconds between the loss of the connection and the publish; the end of the session may come first. */
  readonly delay_s: number;
}

/** What the specification calls Session State [MQTT 5.0, 4.1], and the will. Nothing of a connection is in it. */
export interface SessionState {
  readonly clientId: string;
  /** Seconds after the connection is lost; NEVER_EXPIRES; 0 ends with it. */
  expiry_s: number;
  /** By filter as the client wrote it, `$share/...` included. */
  readonly subscriptions: Map<string, Subscription>;
  /** Not yet sent. */
  readonly queue: BoundedQueue<Outgoing>;
  /** By packet identifier, in the order of sending. */
  readonly inflight: Map<number, Inflight>;
  /** Packet identifiers of QoS 2 messages received and not yet released by the client [MQTT-4.3.3-10]. */
  readonly incoming: Set<number>;
  lastPacketId: number;
  will: Will | undefined;
}
