import { TopicsError } from './errors.ts';
import { topicNameFault } from './filter.ts';

interface Node<T> {
  children: Map<string, Node<T>> | undefined;
  /** Undefined: no topic ends here. */
  entry: readonly [topic: string, value: T] | undefined;
}

/**
 * Topics, each with one value; answers which of them a filter matches, as retained messages need it. Levels are keys of
 * Maps, so that no name of a level is special; depth is bounded by MAX_TOPIC_LEVELS.
 */
export class TopicTrie<T> {
  readonly #root: Node<T> = emptyNode();
  #size = 0;

  /** How many topics there are. */
  get size(): number {
    return this.#size;
  }

  /** Sets or replaces. Throws TOPICS_NAME_INVALID. */
  set(topic: string, value: T): void {
    const fault = topicNameFault(topic);
    if (fault !== undefined) throw new TopicsError('TOPICS_NAME_INVALID', `topic ${JSON.stringify(topic)}: ${fault}`);
    let node = this.#root;
    for (const level of topic.split('/')) {
      node.children ??= new Map();
      let child = node.children.get(level);
      if (child === undefined) {
        child = emptyNode();
        node.children.set(level, child);
      }
      node = child;
    }
    if (node.entry === undefined) this.#size++;
    node.entry = [topic, value];
  }

  get(topic: string): T | undefined {
    let node: Node<T> | undefined = this.#root;
    for (const level of topic.split('/')) {
      node = node.children?.get(level);
      if (node === undefined) return undefined;
    }
    return node.entry?.[1];
  }

  /** False when there was none. */
  delete(topic: string): boolean {
    const levels = topic.split('/');
    const path: Node<T>[] = [this.#root];
    let node = this.#root;
    for (const level of levels) {
      const child = node.children?.get(level);
      if (child === undefined) return false;
      path.push(child);
      node = child;
    }
    if (node.entry === undefined) return false;
    node.entry = undefined;
    this.#size--;
    for (let i = levels.length; i > 0 && isEmpty(path[i]); i--) {
      const parent = path[i - 1];
      parent?.children?.delete(levels[i - 1] ?? '');
      if (parent?.children?.size === 0) parent.children = undefined;
    }
    return true;
  }

  /**
   * Every topic that a valid filter (without share group) matches, with its value. Lazy, so that a reader of very many can
   * pause between them; topics may be set and deleted meanwhile, and one that stays throughout is given exactly once.
   */
  *match(filter: string): Generator<readonly [topic: string, value: T], void, undefined> {
    const levels = filter.split('/');
    const stack: Step<T>[] = [{ node: this.#root, depth: 0 }];
    for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
      const { node, depth } = step;
      const level = levels[depth];
      if ('rest' in step) {
        const next = step.rest.next();
        if (next.done === true) continue;
        stack.push(step);
        const [name, child] = next.value;
        // Wildcards do not reach into "$" topics from the first level [MQTT-4.7.2-1].
        if (node === this.#root && name.startsWith('$')) continue;
        stack.push({ node: child, depth: level === '#' ? depth : depth + 1 });
        continue;
      }
      // "#" also matches the level above it (MQTT 5.0, 4.7.1.2).
      if ((level === undefined || level === '#') && node.entry !== undefined) yield node.entry;
      if (level === undefined || node.children === undefined) continue;
      if (level === '#' || level === '+') {
        stack.push({ node, depth, rest: node.children.entries() });
      } else {
        const child = node.children.get(level);
        if (child !== undefined) stack.push({ node: child, depth: depth + 1 });
      }
    }
  }
}

/** A node to look at, or one whose children are being walked. */
type Step<T> =
  | { readonly node: Node<T>; readonly depth: number }
  | { readonly node: Node<T>; readonly depth: number; readonly rest: Iterator<[string, Node<T>]> };

const emptyNode = <T>(): Node<T> => ({ children: undefined, entry: undefined });
const isEmpty = <T>(node: Node<T> | undefined): boolean => node?.children === undefined && node?.entry === undefined;
