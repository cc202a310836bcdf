import { TopicsError } from './errors.ts';
import { filterFault } from './filter.ts';

interface Node<T> {
  children: Map<string, Node<T>> | undefined;
  values: Set<T> | undefined;
}

/**
 * Filters, each with a set of values; answers which values a topic's publish concerns. Filters are valid and without share
 * group. Levels are keys of Maps, so that no name of a level is special; depth is bounded by MAX_TOPIC_LEVELS.
 */
export class FilterTrie<T> {
  readonly #root: Node<T> = emptyNode();
  #size = 0;

  /** How many pairs of filter and value there are. */
  get size(): number {
    return this.#size;
  }

  /** False when the filter already had the value. Throws TOPICS_FILTER_INVALID. */
  add(filter: string, value: T): boolean {
    const fault = filterFault(filter);
    if (fault !== undefined)
      throw new TopicsError('TOPICS_FILTER_INVALID', `filter ${JSON.stringify(filter)}: ${fault}`);
    let node = this.#root;
    for (const level of filter.split('/')) {
      node.children ??= new Map();
      let child = node.children.get(level);
      if (child === undefined) {
        child = emptyNode();
        node.children.set(level, child);
      }
      node = child;
    }
    node.values ??= new Set();
    if (node.values.has(value)) return false;
    node.values.add(value);
    this.#size++;
    return true;
  }

  /** False when the filter did not have the value. */
  remove(filter: string, value: T): boolean {
    const levels = filter.split('/');
    const path: Node<T>[] = [this.#root];
    let node = this.#root;
    for (const level of levels) {
      const child = node.children?.get(level);
      if (child === undefined) return false;
      path.push(child);
      node = child;
    }
    if (node.values === undefined || !node.values.delete(value)) return false;
    if (node.values.size === 0) node.values = undefined;
    this.#size--;
    for (let i = levels.length; i > 0 && isEmpty(path[i]); i--) {
      const parent = path[i - 1];
      parent?.children?.delete(levels[i - 1] ?? '');
      if (parent?.children?.size === 0) parent.children = undefined;
    }
    return true;
  }

  /**
   * The values of every filter that matches the topic; a value that matches by two filters comes twice. Appends to `into`.
   */
  match(topic: string, into: T[] = []): T[] {
    if (this.#size === 0) return into;
    const levels = topic.split('/');
    if (topic.startsWith('$')) {
      // Wildcards do not reach into "$" topics from the first level [MQTT-4.7.2-1].
      const child = this.#root.children?.get(levels[0] ?? '');
      if (child !== undefined) collect(child, levels, 1, into);
    } else {
      collect(this.#root, levels, 0, into);
    }
    return into;
  }
}

/** Recursion goes as deep as the deepest filter, never as deep as the topic. */
function collect<T>(node: Node<T>, levels: readonly string[], depth: number, into: T[]): void {
  const children = node.children;
  if (children !== undefined) {
    // "#" also matches the level above it (MQTT 5.0, 4.7.1.2), so it is looked at before the end of the topic is.
    const rest = children.get('#')?.values;
    if (rest !== undefined) for (const value of rest) into.push(value);
    const level = levels[depth];
    if (level !== undefined) {
      const exact = children.get(level);
      if (exact !== undefined) collect(exact, levels, depth + 1, into);
      const any = children.get('+');
      if (any !== undefined) collect(any, levels, depth + 1, into);
    }
  }
  if (depth === levels.length && node.values !== undefined) for (const value of node.values) into.push(value);
}

const emptyNode = <T>(): Node<T> => ({ children: undefined, values: undefined });
const isEmpty = <T>(node: Node<T> | undefined): boolean => node?.children === undefined && node?.values === undefined;
