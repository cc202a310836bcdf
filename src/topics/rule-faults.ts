import { filterFault } from './filter.ts';
import { covers, overlaps } from './filter-relations.ts';
import { patternFilter, renameFault } from './pattern.ts';
import { type BridgeRule, type BridgeRules, upstreamFilter } from './rules.ts';
import { sameUpstream } from './upstream-address.ts';

/** A bridge as it stands in the config. */
export interface PlacedBridge extends BridgeRules {
  readonly name: string;
  readonly url: string;
  /** Other addresses of the same upstream. */
  readonly failover: readonly string[];
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
  /** What it is about. */
  readonly key: 'filter' | 'to';
  readonly message: string;
}

interface PlacedRule {
  readonly rule: BridgeRule;
  readonly place: RulePlace;
  readonly bridge: PlacedBridge;
}

/**
 * Rules that can never decide anything, and rules that carry a message round for ever. Within one bridge, `out` and `in`
 * may overlap: what came in from a bridge is not sent back to it. Two bridges to one broker know nothing of each other.
 */
export function ruleFaults(bridges: readonly PlacedBridge[]): readonly RuleFault[] {
  const rules = bridges.flatMap((each, bridge): PlacedRule[] => [
    ...each.out.map((rule, index) => ({ rule, place: { bridge, direction: 'out' as const, index }, bridge: each })),
    ...each.in.map((rule, index) => ({ rule, place: { bridge, direction: 'in' as const, index }, bridge: each })),
  ]);
  const invalid = rules.flatMap(invalidity);
  if (invalid.length > 0) return invalid;

  return rules.flatMap((one) =>
    rules.flatMap((other): RuleFault[] => {
      const fault = { rule: one.place, other: other.place, key: 'filter' as const };
      if (shadows(other, one)) {
        const message = `"${one.rule.filter}" has no effect: "${other.rule.filter}" before it takes all of it`;
        return [{ kind: 'shadowed', ...fault, message }];
      }
      if (loops(one, other)) {
        const message = `"${one.rule.filter}" of "${one.bridge.name}" brings in what "${other.rule.filter}" of "${other.bridge.name}" sends back to the same broker, for ever`;
        return [{ kind: 'loop', ...fault, message }];
      }
      return [];
    }),
  );
}

function invalidity({ rule: { filter, to }, place }: PlacedRule): RuleFault[] {
  const invalid = (key: 'filter' | 'to', message: string): RuleFault[] => [
    { kind: 'invalid', rule: place, key, message },
  ];
  if (filter.startsWith('$share/'))
    return invalid('filter', `"${filter}": a bridge does not take part in share groups`);
  if (to !== undefined) {
    const fault = renameFault(filter, to);
    return fault === undefined ? [] : invalid('to', fault);
  }
  const fault = filterFault(filter);
  if (fault !== undefined) return invalid('filter', `"${filter}": ${fault}`);
  return /[{}]/.test(filter) && patternFilter(filter) !== filter
    ? invalid('filter', `"${filter}": names such as {node} are for rules with \`to\`; here "+" and "#" do`)
    : [];
}

/** The first rule that matches decides. */
function shadows(other: PlacedRule, one: PlacedRule): boolean {
  return (
    other.place.bridge === one.place.bridge &&
    other.place.direction === one.place.direction &&
    other.place.index < one.place.index &&
    covers(patternFilter(other.rule.filter), patternFilter(one.rule.filter))
  );
}

/** They meet on both sides, under the names that the topics have there. */
function loops(one: PlacedRule, other: PlacedRule): boolean {
  if (one.place.direction !== 'in' || other.place.direction !== 'out') return false;
  if (one.bridge === other.bridge || !meet(one.bridge, other.bridge)) return false;
  const inward = one.rule;
  const outward = other.rule;
  return (
    overlaps(patternFilter(inward.to ?? inward.filter), patternFilter(outward.filter)) &&
    overlaps(
      upstreamFilter(one.bridge.prefix, inward.filter),
      upstreamFilter(other.bridge.prefix, outward.to ?? outward.filter),
    )
  );
}

/** Some address of the one is an address of the other. */
const meet = (one: PlacedBridge, other: PlacedBridge): boolean =>
  [one.url, ...one.failover].some((a) => [other.url, ...other.failover].some((b) => sameUpstream(a, b)));
