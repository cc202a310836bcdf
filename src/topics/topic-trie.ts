import { TopicsError } from './errors.ts';
import { topicNameFault } from './filter.ts';

interface Node<T> {
  /** Its level. */
  readonly name: string;
  /** One child stands for itself: most levels of a bus have one, and a Map takes 200 bytes. */
  children: Map<string, Node<T>> | Node<T> | undefined;
  /** Undefined: no topic ends here. */
  topic: string | undefined;
  value: T | undefined;
}

/**
 * Topics, each with one value; answers which of them a filter matches, as retained messages need it. Levels are keys of
 * Maps, so that no name of a level is special; depth is bounded by MAX_TOPIC_LEVELS.
 */
export class TopicTrie<T> {
  readonly #root: Node<T> = emptyNode('');
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
    for (const level of topic.split('/')) node = childOf(node, level) ?? addChild(node, level);
    if (node.topic === undefined) this.#size++;
    node.topic = topic;
    node.value = value;
  }

  get(topic: string): T | undefined {
    let node: Node<T> | undefined = this.#root;
    for (const level of topic.split('/')) {
      node = childOf(node, level);
      if (node === undefined) return undefined;
    }
    return node.value;
  }

  /** False when there was none. */
  delete(topic: string): boolean {
    const path: Node<T>[] = [this.#root];
    let node = this.#root;
    for (const level of topic.split('/')) {
      const child = childOf(node, level);
      if (child === undefined) return false;
      path.push(child);
      node = child;
    }
    if (node.topic === undefined) return false;
    node.topic = undefined;
    node.value = undefined;
    this.#size--;
    for (let i = path.length - 1; i > 0; i--) {
      const [parent, child] = [path[i - 1], path[i]];
      if (parent === undefined || child === undefined || child.children !== undefined || child.topic !== undefined)
        break;
      removeChild(parent, child);
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
        const child = next.value;
        // Wildcards do not reach into "$" topics from the first level [MQTT-4.7.2-1].
        if (node === this.#root && child.name.startsWith('$')) continue;
        stack.push({ node: child, depth: level === '#' ? depth : depth + 1 });
        continue;
      }
      // "#" also matches the level above it (MQTT 5.0, 4.7.1.2).
      if ((level === undefined || level === '#') && holdsTopic(node)) yield [node.topic, node.value];
      if (level === undefined || node.children === undefined) continue;
      if (level === '#' || level === '+') {
        stack.push({ node, depth, rest: childrenOf(node) });
      } else {
        const child = childOf(node, level);
        if (child !== undefined) stack.push({ node: child, depth: depth + 1 });
      }
    }
  }
}

/** A node to look at, or one whose children are being walked. */
type Step<T> =
  | { readonly node: Node<T>; readonly depth: number }
  | { readonly node: Node<T>; readonly depth: number; readonly rest: Iterator<Node<T>> };

const emptyNode = <T>(name: string): Node<T> => ({ name, children: undefined, topic: undefined, value: undefined });

const holdsTopic = <T>(node: Node<T>): node is Node<T> & { topic: string; value: T } => node.topic !== undefined;

function childOf<T>({ children }: Node<T>, level: string): Node<T> | undefined {
  if (children instanceof Map) return children.get(level);
  return children?.name === level ? children : undefined;
}

function childrenOf<T>({ children }: Node<T>): Iterator<Node<T>> {
  return children instanceof Map ? children.values() : (children === undefined ? [] : [children]).values();
}

function addChild<T>(node: Node<T>, level: string): Node<T> {
  const child = emptyNode<T>(level);
  const { children } = node;
  if (children === undefined) node.children = child;
  else if (children instanceof Map) children.set(level, child);
  else {
    node.children = new Map([
      [children.name, children],
      [level, child],
    ]);
  }
  return child;
}

function removeChild<T>(node: Node<T>, child: Node<T>): void {
  const { children } = node;
  if (children instanceof Map) children.delete(child.name);
  if (children === child || (children instanceof Map && children.size === 0)) node.children = undefined;
}
