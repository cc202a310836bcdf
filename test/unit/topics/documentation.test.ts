import { readFileSync } from 'node:fs';
import {
  discoveryTopics,
  filterFault,
  formatTopic,
  matches,
  parseCall,
  parseEntityId,
  parseLight,
  parseNodeId,
  parseOnOff,
  parsePress,
  parseTopic,
  RESERVED_ENTITY_IDS,
  type TreeTopic,
} from '#topics';
import { describe, expect, it } from 'vitest';

const text = readFileSync(new URL('../../../docs/TOPICS.md', import.meta.url), 'utf8');
const documented = [...text.matchAll(/^\| `((?:pinbus|homeassistant)\/[^`]*)` \|/gm)].map(([, topic = '']) => topic);
const examples = [...text.matchAll(/^mosquitto_\w+ .*$/gm)].map(([line]) => line);

/** A topic of every kind, with what the documentation calls the parts. */
function placeholders(): readonly string[] {
  const node = parseNodeId('node');
  const entity = parseEntityId('entity');
  const kinds = ['status', 'info', 'health', 'rejected', 'doctor'] as const;
  const parts = ['state', 'attributes', 'availability', 'event', 'set'] as const;
  const topics: readonly TreeTopic[] = [
    ...kinds.map((kind) => ({ kind, node })),
    ...parts.map((part) => ({ kind: 'entity' as const, node, entity, part })),
    { kind: 'call', node, method: 'method' },
    { kind: 'client', node, client: 'client' },
    { kind: 'sim', node, line: 'line' },
  ];
  return [...topics.map(formatTopic), discoveryTopics('homeassistant', 'node').config];
}

describe('docs/TOPICS.md', () => {
  it('has every topic', () => {
    const plain = documented.map((topic) => topic.replaceAll(/[<>]/g, ''));
    expect(new Set(plain)).toEqual(new Set(placeholders()));
  });

  it('has every word that no entity can be called by', () => {
    for (const id of RESERVED_ENTITY_IDS) expect(text).toMatch(new RegExp(`^No entity.*\`${id}\``, 'm'));
  });

  it('has examples', () => expect(examples.length).toBeGreaterThan(8));

  it.each(examples)('%s', (line) => {
    const topic = / -t '?([^' ]+)/.exec(line)?.[1] ?? '';
    const payload = / -m (?:'([^']*)'|(\S+))/.exec(line);
    if (topic.startsWith('$SYS/')) return expect(filterFault(topic)).toBeUndefined();
    if (payload === null) {
      expect(filterFault(topic)).toBeUndefined();
      expect(topic === 'me/reply' || placeholders().some((each) => matches(asPlaceholder(topic), each))).toBe(true);
      return;
    }
    expect(accepted(topic, Buffer.from(payload[1] ?? payload[2] ?? ''))).toBe(true);
  });
});

const asPlaceholder = (filter: string): string => filter.replace('/porch/', '/node/').replace('/doorbell/', '/entity/');

/** Whether the codec of what the topic is about takes the payload. */
function accepted(topic: string, payload: Buffer): boolean {
  const parsed = parseTopic(topic);
  if (parsed?.kind === 'sim') return payload.toString() === 'high';
  if (parsed?.kind === 'call') {
    return parseCall({ topic, payload, qos: 0, retain: false, properties: { responseTopic: 'me/reply' } }).ok;
  }
  if (parsed?.kind !== 'entity') return false;
  const parse = { porch_lamp: parseOnOff, stairs: parseLight, gate: parsePress }[String(parsed.entity)];
  return parse?.(payload).ok === true;
}
