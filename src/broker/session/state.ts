import type { Message, Qos } from '#topics';
import type { Acl } from '../access/acl.ts';
import type { Publication } from '../core/publication.ts';
import type { Subscription } from '../core/subscriber.ts';
import type { Backlog } from './backlog.ts';
import type { Inflight } from './inflight.ts';

/** A Session Expiry Interval that means never [MQTT 5.0, 3.1.2.11.2]. */
export const NEVER_EXPIRES = 0xffff_ffff;

/** A message for one client, QoS 1 or 2. */
export interface Outgoing {
  readonly publication: Publication;
  readonly qos: Exclude<Qos, 0>;
  readonly retain: boolean;
  readonly identifiers: readonly number[] | undefined;
  /** The shared subscription that it came by. */
  readonly share: string | undefined;
  readonly bytes: number;
  /** The rights that it was queued by. */
  readonly acl: Acl;
  /** 1 to 65,535, from the moment it is queued where it may have to survive: then it comes again under the same one. */
  packetId: number;
  /** Its number on disk; 0: it is not there. */
  readonly sequence: number;
  /** It may have been sent before. */
  readonly again: boolean;
  /** PUBREC came, PUBCOMP did not. */
  released: boolean;
  /** Whether it is on disk, where it has to be; `no`: the disk did not take it. */
  kept: 'waiting' | 'yes' | 'no';
}

export interface Will {
  readonly message: Message;
  /** Seconds between the loss of the connection and the publish; the end of the session may come first. */
  readonly delay_s: number;
}

/** What the specification calls Session State [MQTT 5.0, 4.1], and the will. Nothing of a connection is in it. */
export interface SessionState {
  readonly clientId: string;
  /** Its number on disk; 0: it is not there. */
  row: number;
  /** Seconds after the connection is lost; NEVER_EXPIRES; 0 ends with it. */
  expiry_s: number;
  /** By filter as the client wrote it, `$share/...` included. */
  readonly subscriptions: Map<string, Subscription>;
  /** Of its client id, its will and its filters. */
  held_bytes: number;
  /** Of all its filters. */
  filter_characters: number;
  /** Not yet sent. */
  readonly queue: Backlog;
  readonly inflight: Inflight;
  /** Packet identifiers of QoS 2 messages received and not yet released by the client [MQTT-4.3.3-10]. */
  readonly incoming: Set<number>;
  lastPacketId: number;
  /** Packet identifiers that the client may know from before, until those messages are in memory again. */
  readonly reserved: Set<number>;
  will: Will | undefined;
}
