import { filterFault, matches } from './filter.ts';
import { covers, overlaps } from './filter-relations.ts';
import type { Qos } from './message.ts';

/** What a bridge carries, one way: topics that match, at this QoS. */
export interface BridgeRule {
  readonly filter: string;
  readonly qos: Qos;
}

/** A bridge, as far as its rules are concerned. */
export interface BridgeRules {
  readonly name: string;
  readonly url: string;
  readonly out: readonly BridgeRule[];
  readonly in: readonly BridgeRule[];
}

/** Where a rule stands in the config: `bridges[bridge].out[index]`. */
export interface RulePlace {
  readonly bridge: number;
  readonly direction: 'out' | 'in';
  readonly index: number;
}

/** What is wrong with a rule, and the other rule that makes it so. */
export interface RuleFault {
  readonly kind: 'invalid' | 'shadowed' | 'loop';
  readonly rule: RulePlace;
  readonly other?: RulePlace;
  readonly message: string;
}

/** The QoS a topic is carried with: the highest of the rules that match it. Undefined: it is not carried. */
export function carriedQos(rules: readonly BridgeRule[], topic: string): Qos | undefined {
  let qos: Qos | undefined;
  for (const rule of rules) {
    if ((qos === undefined || rule.qos > qos) && matches(rule.filter, topic)) qos = rule.qos;
  }
  return qos;
}

/**
 * Rules that can never decide anything, and rules that carry a message round for ever. Within one bridge, `out` and `in`
 * may overlap: what came in from a bridge is not sent back to it. Two bridges to one broker know nothing of each other.
 */
export function ruleFaults(bridges: readonly BridgeRules[]): readonly RuleFault[] {
  const rules = bridges.flatMap((each, bridge) => [
    ...each.out.map((rule, index) => ({ rule, place: { bridge, direction: 'out' as const, index } })),
    ...each.in.map((rule, index) => ({ rule, place: { bridge, direction: 'in' as const, index } })),
  ]);
  const invalid = rules.flatMap(({ rule, place }): RuleFault[] => {
    const fault = rule.filter.startsWith('$share/')
      ? 'a bridge does not take part in share groups'
      : filterFault(rule.filter);
    return fault === undefined ? [] : [{ kind: 'invalid', rule: place, message: `filter "${rule.filter}": ${fault}` }];
  });
  if (invalid.length > 0) return invalid;

  return rules.flatMap((one) =>
    rules.flatMap((other): RuleFault[] => {
      if (shadows(other, one)) {
        const message = `"${one.rule.filter}" has no effect: "${other.rule.filter}" takes all of it at QoS ${other.rule.qos}`;
        return [{ kind: 'shadowed', rule: one.place, other: other.place, message }];
      }
      const from = bridges[one.place.bridge];
      const to = bridges[other.place.bridge];
      if (from && to && from !== to && from.url === to.url && loops(one, other)) {
        const message = `"${one.rule.filter}" of "${from.name}" brings in what "${other.rule.filter}" of "${to.name}" sends back to the same broker, for ever`;
        return [{ kind: 'loop', rule: one.place, other: other.place, message }];
      }
      return [];
    }),
  );
}

interface Placed {
  readonly rule: BridgeRule;
  readonly place: RulePlace;
}

/** Of two equal rules the later one is shadowed. */
function shadows(other: Placed, one: Placed): boolean {
  if (other === one || other.place.bridge !== one.place.bridge || other.place.direction !== one.place.direction)
    return false;
  if (!covers(other.rule.filter, one.rule.filter) || other.rule.qos < one.rule.qos) return false;
  const equal = other.rule.filter === one.rule.filter && other.rule.qos === one.rule.qos;
  return !equal || other.place.index < one.place.index;
}

const loops = (one: Placed, other: Placed): boolean =>
  one.place.direction === 'in' && other.place.direction === 'out' && overlaps(one.rule.filter, other.rule.filter);
