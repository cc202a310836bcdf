import { isJsonObject, type JsonObject } from '#topics';
import { checkComponent, platformKeys } from './component.ts';
import { facts } from './facts.ts';
import { describeAll, type Fault, fault, inDictionary } from './fault.ts';
import { keysOf, mappingFaults, own } from './mapping.ts';
import { repr } from './python.ts';
import type { Verdict } from './verdict.ts';

/** The verdicts on a device's document: one if all of it is refused, else one for each component. */
export function checkDeviceDocument(object_id: string, document: JsonObject): readonly Verdict[] {
  const faults = rootFaults(document);
  if (faults.length > 0) {
    const text = `Invalid MQTT device discovery payload for ${object_id}, ${describeAll(faults)}`;
    return [{ id: '-', verdict: 'REJECT', text, warn: [] }];
  }
  const seen = new Set<string>();
  return componentsOf(document).map(([key, component]) => {
    const platform = String(component.platform);
    const id = `cmps[${key}] (${platform})`;
    if (isRemoval(component))
      return { id, verdict: 'REMOVE', text: "only 'platform' given: removes the component", warn: [] };
    const verdict = checkComponent(id, platform, withShared(document, component, platform));
    const { unique_id } = component;
    const unique = `${platform} ${repr(unique_id)}`;
    if (verdict.verdict === 'OK' && typeof unique_id === 'string' && seen.has(unique)) {
      const text = `(at entity add, not schema) Platform mqtt does not generate unique IDs. ID ${unique_id} already exists - ignoring`;
      return { ...verdict, verdict: 'REJECT', text };
    }
    seen.add(unique);
    const warn = [...verdict.warn, ...documentWarnings(key, component, document)];
    return { ...verdict, warn };
  });
}

function rootFaults(document: JsonObject): readonly Fault[] {
  const { components: _, ...keys } = keysOf(facts.device_discovery_root);
  const { components, ...rest } = document;
  const faults = mappingFaults('root', keys, rest, 'refuse');
  if (components === undefined) return [...faults, fault('required key not provided', 'components')];
  return [...faults, ...componentsFaults(components).map((found) => inDictionary('components', found))];
}

function componentsFaults(components: unknown): readonly Fault[] {
  if (!isJsonObject(components)) return [fault('expected a dictionary')];
  return Object.entries(components).flatMap(([key, component]) => {
    if (!isJsonObject(component)) return [inDictionary(key, fault('expected a dictionary'))];
    return componentFaults(component).map((found) => inDictionary(key, found));
  });
}

function componentFaults(component: JsonObject): readonly Fault[] {
  const { platform } = component;
  if (platform === undefined) return [fault('required key not provided', 'platform')];
  if (typeof platform !== 'string' || !facts.supported_components.includes(platform)) {
    return [inDictionary('platform', fault(`value must be one of ${repr(facts.supported_components.toSorted())}`))];
  }
  const needsNoId = facts.rules.device_payload.no_unique_id_needed_for.includes(platform);
  if (needsNoId || isRemoval(component) || component.unique_id !== undefined) return [];
  return [fault('required key not provided', 'unique_id')];
}

/** The component with what the document says for all, where the component does not say it and its platform knows it. */
function withShared(document: JsonObject, component: JsonObject, platform: string): JsonObject {
  const keys = platformKeys(platform, component);
  const shared = facts.rules.device_payload.shared_options.filter(
    (key) => document[key] !== undefined && component[key] === undefined && own(keys, key) !== undefined,
  );
  const { device, origin } = document;
  const common = own(keys, 'origin') === undefined ? { device } : { device, origin };
  const fit = own(keys, 'device') === undefined ? {} : common;
  return { ...component, ...Object.fromEntries(shared.map((key) => [key, document[key]])), ...fit };
}

function documentWarnings(key: string, component: JsonObject, document: JsonObject): readonly string[] {
  const warnings: string[] = [];
  if (key.includes(' ')) warnings.push(`the space in the key '${key}' breaks the removal by an empty payload`);
  const device = isJsonObject(document.device) ? document.device.name : undefined;
  if (typeof device === 'string' && typeof component.name === 'string' && component.name.startsWith(device)) {
    warnings.push(`the name '${component.name}' repeats the name of the device`);
  }
  return warnings;
}

const isRemoval = (component: JsonObject): boolean => Object.keys(component).length === 1 && 'platform' in component;

function componentsOf(document: JsonObject): readonly (readonly [string, JsonObject])[] {
  const { components } = document;
  if (!isJsonObject(components)) return [];
  return Object.entries(components).flatMap(([key, each]) => (isJsonObject(each) ? [[key, each] as const] : []));
}
