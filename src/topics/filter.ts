/** A topic has at most so many levels, as in mosquitto, which counts 200 separators. It bounds the depth of the tries. */
export const MAX_TOPIC_LEVELS = 201;
/** Bytes of UTF-8 [MQTT-4.7.3-3]. */
export const MAX_TOPIC_BYTES = 65_535;

/**
 * NUL [MQTT-4.7.3-2], lone surrogates [MQTT-1.5.4-1], and what a receiver may refuse (MQTT 5.0, 1.5.4) and mosquitto
 * does: control characters, which would also reach the terminals of those who watch, and non-characters.
 */
const FORBIDDEN = /[\p{Cc}\p{Cs}\p{NChar}]/u;
const PRINTABLE_ASCII = /^[ -~]+$/;

const SHARE = '$share/';
const SLASH = 0x2f;
const PLUS = 0x2b;
const HASH = 0x23;
const DOLLAR = 0x24;

/** Why a string is not a topic name that can be published to, or undefined when it is one [MQTT-4.7.1-1, 4.7.3]. */
export function topicNameFault(topic: string): string | undefined {
  if (topic.includes('+') || topic.includes('#')) return 'a topic to publish to has no wildcards ("+", "#")';
  return stringFault(topic);
}

/** Why a string is not a topic filter, share groups included, or undefined when it is one [MQTT-4.7.1, 4.7.3, 4.8.2]. */
export function filterFault(filter: string): string | undefined {
  if (!filter.startsWith(SHARE)) return plainFilterFault(filter);
  const shared = parseShare(filter);
  if (shared === undefined) return 'a shared subscription is "$share/<name>/<filter>" with a name and a filter';
  // [MQTT-4.8.2-1, -2]; "/" cannot be in the name, for it ends it.
  if (/[+#]/.test(shared.share)) return 'the name of a share group has no wildcards ("+", "#")';
  return plainFilterFault(shared.filter) ?? stringFault(filter);
}

/** A valid filter taken apart: the share group, where it names one, and what messages are matched with. */
export interface Subscription {
  readonly share?: string;
  readonly filter: string;
}

/** Takes a filter that `filterFault` passed apart [MQTT 5.0, 4.8.2]. */
export function parseSubscription(filter: string): Subscription {
  return parseShare(filter) ?? { filter };
}

/**
 * Whether a topic name matches a filter [MQTT 5.0, 4.7]; both valid, the filter without its share group. A filter that
 * starts with a wildcard does not match topics that start with "$" [MQTT-4.7.2-1].
 */
export function matches(filter: string, topic: string): boolean {
  let f = 0;
  let t = 0;
  const first = filter.charCodeAt(0);
  if ((first === PLUS || first === HASH) && topic.charCodeAt(0) === DOLLAR) return false;
  while (f < filter.length) {
    const c = filter.charCodeAt(f);
    if (c === HASH) return true;
    if (c === PLUS) {
      while (t < topic.length && topic.charCodeAt(t) !== SLASH) t++;
      f++;
    } else if (t < topic.length && c === topic.charCodeAt(t)) {
      f++;
      t++;
    } else {
      // "sport/#" also matches "sport", its parent (MQTT 5.0, 4.7.1.2).
      return t === topic.length && c === SLASH && filter.charCodeAt(f + 1) === HASH;
    }
  }
  return t === topic.length;
}

function parseShare(filter: string): Required<Subscription> | undefined {
  if (!filter.startsWith(SHARE)) return undefined;
  const end = filter.indexOf('/', SHARE.length);
  if (end <= SHARE.length || end === filter.length - 1) return undefined;
  return { share: filter.slice(SHARE.length, end), filter: filter.slice(end + 1) };
}

function plainFilterFault(filter: string): string | undefined {
  for (let i = 0; i < filter.length; i++) {
    const c = filter.charCodeAt(i);
    if (c !== PLUS && c !== HASH) continue;
    const startsLevel = i === 0 || filter.charCodeAt(i - 1) === SLASH;
    if (c === HASH) {
      if (!startsLevel || i !== filter.length - 1) return '"#" must be the whole last level of a filter'; // [MQTT-4.7.1-1]
    } else if (!startsLevel || (i !== filter.length - 1 && filter.charCodeAt(i + 1) !== SLASH)) {
      return '"+" must be a whole level of a filter'; // [MQTT-4.7.1-2]
    }
  }
  return stringFault(filter);
}

function stringFault(text: string): string | undefined {
  if (text.length === 0) return 'it is empty'; // [MQTT-4.7.3-1]
  if (
    text.length > MAX_TOPIC_BYTES ||
    (text.length * 3 > MAX_TOPIC_BYTES && Buffer.byteLength(text) > MAX_TOPIC_BYTES)
  ) {
    return `it is longer than ${MAX_TOPIC_BYTES} bytes`;
  }
  if (!PRINTABLE_ASCII.test(text) && FORBIDDEN.test(text)) return 'it has a character that a topic must not have';
  let levels = 1;
  for (let i = text.indexOf('/'); i !== -1; i = text.indexOf('/', i + 1)) levels++;
  return levels > MAX_TOPIC_LEVELS ? `it has more than ${MAX_TOPIC_LEVELS} levels` : undefined;
}
