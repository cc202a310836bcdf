import {
  announcedPlatforms,
  type DiscoveryDocument,
  discoverySteps,
  encodeJson,
  type Message,
  MIGRATE_DISCOVERY,
} from '#topics';

/** What there is on the broker before an announcement, and what shall be announced. */
export interface Situation {
  readonly config_topic: string;
  /** Undefined: nothing shall be announced. */
  readonly document: DiscoveryDocument | undefined;
  /** The document that is retained now. */
  readonly retained: Buffer | undefined;
  /** Topics that still announce single entities of an earlier setup. */
  readonly old_topics: readonly string[];
  /** Documents of this device at other prefixes. */
  readonly strays: readonly string[];
}

/**
 * The messages that lead there. Home Assistant has to have seen the first ones before the second ones come, or entities
 * stay behind that nobody announces any more.
 */
export interface Plan {
  readonly first: readonly Message[];
  readonly second: readonly Message[];
}

export function planAnnouncement({ config_topic, document, retained, old_topics, strays }: Situation): Plan {
  const cleared = strays.map(empty);
  if (document === undefined) {
    return { first: retained === undefined ? cleared : [...cleared, empty(config_topic)], second: [] };
  }
  const before = retained === undefined ? new Map<string, string>() : announcedPlatforms(retained);
  const [step, final] = discoverySteps(before, document).map(encodeJson);
  // A migration ends with the document, even when it is the one that is there already.
  const known = step === undefined || (old_topics.length === 0 && retained?.equals(step) === true);
  const announced = known ? [] : [retainedMessage(config_topic, step)];
  return {
    first: [...cleared, ...old_topics.map((topic) => retainedMessage(topic, MIGRATE_DISCOVERY)), ...announced],
    second: [...(final === undefined ? [] : [retainedMessage(config_topic, final)]), ...old_topics.map(empty)],
  };
}

/** Documents are retained, so that Home Assistant finds them whenever it comes; QoS 1, so that a bridge keeps them. */
export function retainedMessage(topic: string, payload: Buffer): Message {
  return { topic, payload, qos: 1, retain: true };
}

const empty = (topic: string): Message => retainedMessage(topic, Buffer.alloc(0));
