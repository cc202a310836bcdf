/** Why Home Assistant does not publish to a topic, or undefined when it does. */
export function publishTopicFault(topic: string): string | undefined {
  return topicFault(topic) ?? (/[+#]/.test(topic) ? 'Wildcards cannot be used in topic names' : undefined);
}

/** Why Home Assistant does not subscribe to a filter, or undefined when it does. */
export function subscribeTopicFault(topic: string): string | undefined {
  const text = topicFault(topic);
  if (text !== undefined) return text;
  if (topic.split('/').some((level) => level.includes('+') && level !== '+')) {
    return 'Single-level wildcard must occupy an entire level of the filter';
  }
  const hash = topic.indexOf('#');
  if (hash === -1) return undefined;
  if (hash !== topic.length - 1) return 'Multi-level wildcard must be the last character in the topic filter.';
  return hash > 0 && topic[hash - 1] !== '/'
    ? 'Multi-level wildcard must be after a topic level separator.'
    : undefined;
}

function topicFault(topic: string): string | undefined {
  const of = 'MQTT topic name/filter must';
  if (topic === '') return `${of} not be empty.`;
  if (Buffer.byteLength(topic) > 65_535) return `${of} not be longer than 65535 encoded bytes.`;
  if (/\p{Cs}/u.test(topic)) return `${of} be valid UTF-8 string.`;
  if (topic.includes('\0')) return `${of} not contain null character.`;
  if (/\p{Cc}/u.test(topic)) return `${of} not contain control characters.`;
  return /\p{NChar}/u.test(topic) ? `${of} not contain non-characters.` : undefined;
}
