import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { Path } from './finding.ts';
import type { Problem, ProblemCode } from './problem.ts';
import { findSecrets } from './secrets.ts';
import { snippet, type Source, type Span } from './source.ts';
import { explainSyntax } from './syntax.ts';
import { LOCAL_TAGS } from './tags.ts';

/** A YAML text with its nodes, so that a value can be found again in the text. */
export interface ConfigDocument {
  readonly source: Source;
  readonly yaml: Document.Parsed;
  /** What is wrong with the text as YAML: when there is any, the values mean nothing. */
  readonly syntax: readonly Problem[];
  /** Keys that a mapping has twice. */
  readonly duplicates: readonly Problem[];
}

export function readDocument(file: string, text: string): ConfigDocument {
  const yaml = parseDocument(text, {
    customTags: LOCAL_TAGS,
    merge: true,
    prettyErrors: false,
    stringKeys: true,
    // Duplicates are looked for below, where both places are known.
    uniqueKeys: false,
    // With 'silent' a second document would be overlooked as well.
    logLevel: 'error',
  });
  const source: Source = { file, text, secrets: findSecrets(yaml, text) };
  return { source, yaml, syntax: explainSyntax(source, yaml), duplicates: findDuplicateKeys(source, yaml) };
}

/** A problem at a span of the document. */
export function problemAt(
  source: Source,
  span: Span,
  problem: { code: ProblemCode; message: string; allowed?: string; suggestion?: string },
): Problem {
  return { ...problem, file: source.file, at: snippet(source, span), related: [] };
}

/**
 * The values of the document, without its sections that have nothing in them, such as an `entities:` whose items are all
 * commented out. Undefined when its aliases stand for more than anybody writes.
 */
export function valueOf({ yaml }: ConfigDocument): { readonly value: unknown } | undefined {
  try {
    const value: unknown = yaml.toJS();
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return { value: value ?? {} };
    return { value: Object.fromEntries(Object.entries(value).filter(([, section]) => section !== null)) };
  } catch {
    return undefined;
  }
}

/** Where a value and its key stand in the text. */
export interface Location {
  /** False: there is no such value, and the place is that of the mapping or list that could have it. */
  readonly exists: boolean;
  readonly value: Span;
  readonly key?: Span;
  /** The mapping or list that has it, where it begins. */
  readonly parent?: Span;
  /** The node, where the path leads to one. */
  readonly node?: Node;
}

/**
 * Follows a path of keys and indexes, through aliases and merged mappings. A path that ends early, because the key is
 * missing, gives the last mapping on the way as `parent`.
 */
export function locate(document: ConfigDocument, path: Path): Location {
  const { yaml } = document;
  let node: Node | undefined = yaml.contents ?? undefined;
  let location: Location = { exists: true, value: spanOf(node) ?? [0, 0] };
  for (const step of path) {
    const parent: Span = spanOf(node) ?? location.value;
    const collection: Node | undefined = isAlias(node) ? node.resolve(yaml) : node;
    if (isMap(collection)) {
      const pair = findPair(yaml, collection, String(step));
      if (pair === undefined) return { exists: false, value: parent, parent };
      const key = spanOf(pair.key) ?? parent;
      node = nodeOf(pair.value);
      location = { exists: true, value: visibleSpan(node) ?? key, key, parent };
    } else if (isSeq(collection)) {
      node = nodeOf(collection.items[Number(step)]);
      location = { exists: node !== undefined, value: visibleSpan(node) ?? parent, parent };
    } else {
      return { exists: false, value: parent, parent };
    }
  }
  return node ? { ...location, node } : location;
}

function findPair(yaml: Document.Parsed, map: YAMLMap, key: string): Pair | undefined {
  // Of two equal keys the last one counts, as it does for the value.
  const own = map.items.findLast((pair) => isScalar(pair.key) && String(pair.key.value) === key);
  if (own !== undefined) return own;
  for (const pair of map.items) {
    if (!isScalar(pair.key) || pair.key.value !== '<<') continue;
    const sources = isSeq(pair.value) ? pair.value.items : [pair.value];
    for (const source of sources) {
      const merged = isAlias(source) ? source.resolve(yaml) : source;
      const found = isMap(merged) ? findPair(yaml, merged, key) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

const nodeOf = (value: unknown): Node | undefined => (isNode(value) ? value : undefined);

export function spanOf(node: unknown): Span | undefined {
  const range = isAlias(node) || isScalar(node) || isMap(node) || isSeq(node) ? node.range : undefined;
  return range ? [range[0], range[1]] : undefined;
}

/** An empty value (`key:` and nothing) has a place but no width; its key is the better place to point at. */
function visibleSpan(node: unknown): Span | undefined {
  const span = spanOf(node);
  return span !== undefined && span[0] < span[1] ? span : undefined;
}

function findDuplicateKeys(source: Source, yaml: Document.Parsed): Problem[] {
  const problems: Problem[] = [];
  const maps: unknown[] = [yaml.contents];
  for (let node = maps.pop(); maps.length > 0 || node !== undefined; node = maps.pop()) {
    if (isSeq(node)) maps.push(...node.items);
    if (!isMap(node)) continue;
    const seen = new Map<string, Scalar>();
    for (const pair of node.items) {
      maps.push(pair.value);
      if (!isScalar(pair.key)) continue;
      const name = String(pair.key.value);
      const first = seen.get(name);
      const span = spanOf(pair.key);
      if (first === undefined) seen.set(name, pair.key);
      else if (name !== '<<' && span !== undefined) {
        problems.push({
          ...problemAt(source, span, { code: 'CONFIG_DUPLICATE_KEY', message: `key "${name}" is given twice` }),
          related: [{ message: 'given here first', at: snippet(source, spanOf(first) ?? span) }],
        });
      }
    }
  }
  return problems;
}
