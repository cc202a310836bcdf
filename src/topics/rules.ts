import { matches, topicNameFault } from './filter.ts';
import type { Qos } from './message.ts';
import { patternFilter, rename } from './pattern.ts';

/** What a bridge carries, one way. */
export interface BridgeRule {
  /** The topics that it is for, as they are called where they come from; with `to` a pattern of names. */
  readonly filter: string;
  /** What they are called on the other side, by the names in `filter`; missing: the same. */
  readonly to?: string;
  /** At most. */
  readonly qos: Qos;
  /** False: nothing is retained on the other side. */
  readonly retain: boolean;
}

/** A bridge, as far as its rules are concerned. */
export interface BridgeRules {
  /** What stands before all topics of the bridge at its upstream, without the slash between. */
  readonly prefix?: string;
  readonly out: readonly BridgeRule[];
  readonly in: readonly BridgeRule[];
}

/** Who carries a topic, and what it is called on the other side. */
export interface Carried<R extends BridgeRule> {
  readonly rule: R;
  /** Undefined: it has no name there, being too long or below "$". */
  readonly topic: string | undefined;
}

/** How a topic goes up: the first rule that matches decides. Undefined: not at all. */
export function goesOut<R extends BridgeRule>(
  { prefix, out }: { readonly prefix?: string; readonly out: readonly R[] },
  topic: string,
): Carried<R> | undefined {
  const carried = carry(out, topic);
  return carried?.topic === undefined ? carried : { rule: carried.rule, topic: prefixed(prefix, carried.topic) };
}

/** How a topic of the upstream comes down: the first rule that matches decides. Undefined: not at all. */
export function comesIn<R extends BridgeRule>(
  bridge: { readonly prefix?: string; readonly in: readonly R[] },
  topic: string,
): Carried<R> | undefined {
  const below = unprefixed(bridge.prefix, topic);
  return below === undefined ? undefined : carry(bridge.in, below);
}

/** The local topic that the `out` rules bring to this one of the upstream; undefined: none does. */
export function comesFrom({ prefix, out }: BridgeRules, topic: string): string | undefined {
  const below = unprefixed(prefix, topic);
  return below === undefined ? undefined : source(out, below);
}

/** The topic of the upstream that the `in` rules bring to this local one; undefined: none does. */
export function goesTo({ prefix, in: inward }: BridgeRules, topic: string): string | undefined {
  const below = source(inward, topic);
  return below === undefined ? undefined : prefixed(prefix, below);
}

/** What a rule of this way matches at the upstream. */
export const upstreamFilter = (prefix: string | undefined, pattern: string): string =>
  `${prefix === undefined ? '' : `${prefix}/`}${patternFilter(pattern)}`;

function carry<R extends BridgeRule>(rules: readonly R[], topic: string): Carried<R> | undefined {
  for (const rule of rules) {
    const { filter, to } = rule;
    if (to === undefined) {
      if (matches(filter, topic)) return { rule, topic };
    } else if (matches(patternFilter(filter), topic)) return { rule, topic: rename(filter, to, topic) };
  }
  return undefined;
}

/** The topic that the rules carry to this one; a rule before that one may take it elsewhere. */
function source(rules: readonly BridgeRule[], topic: string): string | undefined {
  for (const { filter, to } of rules) {
    const from = to === undefined ? (matches(filter, topic) ? topic : undefined) : rename(to, filter, topic);
    if (from !== undefined && carry(rules, from)?.topic === topic) return from;
  }
  return undefined;
}

function prefixed(prefix: string | undefined, topic: string): string | undefined {
  if (prefix === undefined) return topic;
  const whole = `${prefix}/${topic}`;
  return topicNameFault(whole) === undefined ? whole : undefined;
}

function unprefixed(prefix: string | undefined, topic: string): string | undefined {
  if (prefix === undefined) return topic;
  const below = topic.slice(prefix.length + 1);
  return topic.startsWith(`${prefix}/`) && below !== '' ? below : undefined;
}
