import { isJsonObject, type JsonObject } from '#topics';
import { facts as all, type KeyFacts, type Keys } from './facts.ts';
import { type Fault, fault, inDictionary, inList } from './fault.ts';
import { scalarFault } from './scalar.ts';

/**
 * What is wrong with a dictionary, in the order of its keys, then what it lacks. Keys that exclude each other or belong
 * together are looked at first, and alone.
 */
export function mappingFaults(
  name: string,
  keys: Keys,
  data: JsonObject,
  unknown: 'refuse' | 'drop',
): readonly Fault[] {
  const groups = groupFaults(keys, data);
  if (groups.length > 0) return groups;
  const present = Object.entries(data).flatMap(([key, value]) => {
    const facts = own(keys, key);
    if (facts !== undefined)
      return valueFaults(`${name}.${key}`, facts, value).map((found) => inDictionary(key, found));
    return unknown === 'refuse' ? [fault('extra keys not allowed', key)] : [];
  });
  const missing = Object.entries(keys).filter(([key, facts]) => facts.required === true && !Object.hasOwn(data, key));
  return [...present, ...missing.map(([key]) => fault('required key not provided', key))];
}

/** What is wrong with the value of a key. `name` is the key with its platform, such as `sensor.device_class`. */
export function valueFaults(name: string, facts: KeyFacts, value: unknown): readonly Fault[] {
  if (value === null && facts.nullable === true) return [];
  if (facts.ref === 'device_info') return deviceFaults(value);
  if (facts.ref === 'origin_info') return dictionaryFaults('origin', keysOf(all.origin_info), value);
  if (facts.keys !== undefined) return dictionaryFaults(name, facts.keys, value);
  if (facts.type?.startsWith('list') === true) return listFaults(name, facts, value);
  const message = scalarFault(name, facts, value);
  return message === undefined ? [] : [fault(message)];
}

function deviceFaults(device: unknown): readonly Fault[] {
  const { keys, at_least_one_of } = all.device_info;
  const faults = dictionaryFaults('device', keys, device);
  if (faults.length > 0 || !isJsonObject(device)) return faults;
  if (at_least_one_of.some((key) => !isEmpty(device[key]))) return [];
  return [fault("Device must have at least one identifying value in 'identifiers' and/or 'connections'")];
}

const dictionaryFaults = (name: string, keys: Keys, value: unknown): readonly Fault[] =>
  isJsonObject(value) ? mappingFaults(name, keys, value, 'refuse') : [fault('expected a dictionary')];

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0);

/** A scalar is wrapped; but where pairs are asked for, a pair it must be. */
function listFaults(name: string, facts: KeyFacts, value: unknown): readonly Fault[] {
  if (facts.validator === 'Length') {
    if (!Array.isArray(value)) return [fault('expected a list')];
    if (value.length < 2) return [fault('length of value must be at least 2')];
  }
  const items: readonly unknown[] = value === null ? [] : Array.isArray(value) ? value : [value];
  const each = facts.items ?? { type: 'string' };
  return items.flatMap((item, i) => valueFaults(name, each, item).map((found) => inList(i, found)));
}

/** The facts of a key; a key such as `constructor` has none. */
export const own = (keys: Keys, key: string): KeyFacts | undefined =>
  Object.hasOwn(keys, key) ? keys[key] : undefined;

/** Keys with the knowledge of which of them are required. */
export function keysOf({ required, optional }: { readonly required: Keys; readonly optional: Keys }): Keys {
  const marked = Object.entries(required).map(([key, facts]) => [key, { ...facts, required: true }] as const);
  return { ...Object.fromEntries(marked), ...optional };
}

function groupFaults(keys: Keys, data: JsonObject): readonly Fault[] {
  const present = (group: string, of: 'exclusive_group' | 'inclusive_group') =>
    Object.keys(keys).filter((key) => keys[key]?.[of] === group && Object.hasOwn(data, key)).length;
  const all = (group: string) => Object.values(keys).filter((facts) => facts.inclusive_group === group).length;
  const names = (of: 'exclusive_group' | 'inclusive_group') =>
    new Set(Object.values(keys).flatMap((facts) => facts[of] ?? []));

  const exclusive = [...names('exclusive_group')].filter((group) => present(group, 'exclusive_group') > 1);
  const inclusive = [...names('inclusive_group')].filter((group) => {
    const count = present(group, 'inclusive_group');
    return count > 0 && count < all(group);
  });
  return [
    ...exclusive.map((group) => fault(`two or more values in the same group of exclusion '${group}'`, `<${group}>`)),
    ...inclusive.map((group) =>
      fault(`some but not all values in the same group of inclusion '${group}'`, `<${group}>`),
    ),
  ];
}
