import { isDeviceDocument } from './discovery/topics.ts';
import { FilterTrie } from './filter-trie.ts';
import { parseTopic } from './tree.ts';

/** What a message is to somebody who waits for it, the most urgent first. */
export const MESSAGE_CLASSES = ['event', 'command', 'state', 'telemetry'] as const;

export type MessageClass = (typeof MESSAGE_CLASSES)[number];

/** Filters of each class; topics that none of them matches have the class of the tree. */
export type ClassFilters = Readonly<Partial<Record<MessageClass, readonly string[]>>>;

/**
 * The class of each topic. It hangs on the topic alone: messages of one topic have one order, and would lose it if a flag of
 * theirs could put them into different classes. Of several filters that match, the most urgent class counts.
 */
export class Classifier {
  readonly #filters = new FilterTrie<MessageClass>();

  /** Throws TOPICS_FILTER_INVALID. */
  constructor(filters: ClassFilters) {
    for (const each of MESSAGE_CLASSES) for (const filter of filters[each] ?? []) this.#filters.add(filter, each);
  }

  classOf(topic: string): MessageClass {
    const given = this.#filters.match(topic);
    return MESSAGE_CLASSES.find((each) => given.includes(each)) ?? classInTree(topic);
  }
}

/**
 * Whatever is not of the tree is telemetry, for nobody knows how much of it there will be; but a discovery document is said
 * once, and what has lost it does not know the device.
 */
function classInTree(topic: string): MessageClass {
  const parsed = parseTopic(topic);
  switch (parsed?.kind) {
    case 'entity':
      return parsed.part === 'event' ? 'event' : parsed.part === 'set' ? 'command' : 'state';
    case 'call':
    case 'sim':
      return 'command';
    case 'status':
    case 'info':
    case 'client':
      return 'state';
    default:
      return isDeviceDocument(topic) ? 'state' : 'telemetry';
  }
}
