import {
  defaultEntityId,
  deviceId,
  entityTopics,
  filterFault,
  formatTopic,
  matches,
  nodeTopics,
  parseEntityId,
  parseNodeId,
  parseTopic,
  RESERVED_ENTITY_IDS,
  type TreeTopic,
  topicNameFault,
} from '#topics';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { id } from './arbitraries.ts';

const reserved: readonly string[] = RESERVED_ENTITY_IDS;
const node = id.map(parseNodeId);
const entity = id.filter((text) => !reserved.includes(text)).map(parseEntityId);
const method = fc.stringMatching(/^[a-z_]{1,9}(\.[a-z0-9_]{1,9}){0,2}$/);
const client = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
const line = fc.oneof(fc.nat({ max: 60 }).map(String), fc.stringMatching(/^[A-Za-z0-9_.-]{1,20}$/));

const topic: fc.Arbitrary<TreeTopic> = fc.oneof(
  fc.record({ kind: fc.constantFrom('status', 'info', 'health', 'rejected', 'doctor'), node }),
  fc.record({ kind: fc.constant('call'), node, method }),
  fc.record({ kind: fc.constant('client'), node, client }),
  fc.record({ kind: fc.constant('sim'), node, line }),
  fc.record({
    kind: fc.constant('entity'),
    node,
    entity,
    part: fc.constantFrom('state', 'attributes', 'availability', 'event', 'set'),
  }),
);

describe('topics of the tree', () => {
  it('are parsed to what they were formatted from', () => {
    fc.assert(
      fc.property(topic, (topic) => {
        expect(parseTopic(formatTopic(topic))).toEqual(topic);
      }),
    );
  });

  it('can be published to, and stay below their node', () => {
    fc.assert(
      fc.property(topic, (topic) => {
        const text = formatTopic(topic);
        expect(topicNameFault(text)).toBeUndefined();
        expect(matches(nodeTopics(topic.node).filters.all, text)).toBe(true);
        expect(text.split('/')[2]).toBe(topic.node);
      }),
    );
  });

  it('are each of one kind: what is parsed is formatted to the same text', () => {
    const level = fc.oneof(id, fc.constantFrom(...reserved, 'set', 'state', '%2F', '%2f', '', '+', 'é'));
    fc.assert(
      fc.property(fc.array(level, { maxLength: 5 }), (levels) => {
        const text = ['pinbus/v1', ...levels].join('/');
        const parsed = parseTopic(text);
        if (parsed !== undefined) expect(formatTopic(parsed)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('an id', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.constantFrom('a/b', 'a+', '#', '$SYS', '..', '', 'A', 'a b', 'a\0', 'a'.repeat(65), ...reserved),
    id,
  );

  it('is one level of a topic, or is refused: it cannot escape its segment', () => {
    fc.assert(
      fc.property(anything, anything, (node, entity) => {
        let topics: readonly string[];
        try {
          topics = Object.values(entityTopics(node, entity));
        } catch (error) {
          expect(error).toMatchObject({ code: 'TOPICS_ID_INVALID' });
          return;
        }
        for (const text of topics) expect(text.split('/')).toHaveLength(5);
        expect(topics.every((text) => parseTopic(text)?.kind === 'entity')).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('of an entity gives no topic of the node, and one of the node none of an entity', () => {
    fc.assert(
      fc.property(node, entity, (node, entity) => {
        const { filters, call, client, sim, ...own } = nodeTopics(node);
        const node_topics = [...Object.values(own), call('info'), client('set'), sim(4)];
        const entity_topics = Object.values(entityTopics(node, entity));
        expect(node_topics.filter((text) => entity_topics.includes(text))).toEqual([]);
        for (const filter of Object.values(filters).flat()) expect(filterFault(filter)).toBeUndefined();
        const { set, ...told } = entityTopics(node, entity);
        expect(entity_topics.filter((text) => matches(filters.set, text))).toEqual([set]);
        expect(filters.told.flatMap((filter) => entity_topics.filter((text) => matches(filter, text)))).toEqual(
          Object.values(told),
        );
      }),
    );
  });

  it("is fit for Home Assistant's topics and entity ids", () => {
    fc.assert(
      fc.property(node, id, (node, id) => {
        expect(deviceId(node)).toMatch(/^[a-zA-Z0-9_-]+$/);
        // Home Assistant's valid_entity_id.
        expect(defaultEntityId('switch', node, id)).toMatch(/^(?!.+__)(?!_)[\da-z_]+(?<!_)\.(?!_)[\da-z_]+(?<!_)$/);
      }),
    );
  });
});
