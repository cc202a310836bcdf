import type { Qos } from '#topics';
import type { Publication } from './publication.ts';

/** Who gets messages: a session, a share group, or a handler within the process. */
export interface Subscriber {
  /** The client's id, for no-local; undefined for what is no client. */
  readonly clientId: string | undefined;
  /** Asked once for a topic, then remembered until the hub is told that rights changed. */
  mayRead(topic: string): boolean;
  deliver(publication: Publication, recipient: Recipient): void;
}

/** One subscription as the broker granted it [MQTT 5.0, 3.8.3.1]. */
export interface Subscription {
  readonly subscriber: Subscriber;
  readonly qos: Qos;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  /** 1 to 268,435,455. */
  readonly identifier?: number;
}

/** All that a subscriber asked for, for one topic, as one. */
export interface Recipient {
  readonly subscriber: Subscriber;
  /** The highest of the overlapping subscriptions [MQTT-3.3.4-2]. */
  readonly qos: Qos;
  readonly retainAsPublished: boolean;
  /** Of every overlapping subscription [MQTT-3.3.4-3, -4]. */
  readonly identifiers?: readonly number[];
  /** The shared subscription that it is for, `$share/<name>/` included. */
  readonly share?: string;
}
