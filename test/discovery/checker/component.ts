import type { JsonObject } from '#topics';
import { facts, type Keys } from './facts.ts';
import { describeAll } from './fault.ts';
import { keysOf, mappingFaults, own } from './mapping.ts';
import { deviceAutomationFault } from './rules/device-automation.ts';
import { entityCategoryFault } from './rules/entity-category.ts';
import { lightFault } from './rules/light.ts';
import { numberFault } from './rules/number.ts';
import { sensorFault, sensorWarnings } from './rules/sensor.ts';
import { textFault } from './rules/text.ts';
import { replaceTopicBase, topicBaseWarnings } from './topic-base.ts';
import type { Verdict } from './verdict.ts';

/** What is asked once all keys are right one by one. */
const RULES: Readonly<Record<string, (component: JsonObject) => string | undefined>> = {
  device_automation: deviceAutomationFault,
  light: lightFault,
  number: numberFault,
  sensor: sensorFault,
  text: textFault,
};

/** The verdict on one component of a platform: its keys in full, and in a device's document with the shared ones. */
export function checkComponent(id: string, platform: string, payload: JsonObject): Verdict {
  const component = replaceTopicBase(payload);
  const keys = platformKeys(platform, component);
  const unknown = Object.keys(component).filter((key) => key !== 'platform' && own(keys, key) === undefined);
  const warn = [
    ...unknown.map((key) => `key '${key}' is unknown to '${platform}' and silently dropped`),
    ...topicBaseWarnings(component),
  ];
  const faults = mappingFaults(platform, keys, component, 'drop');
  const text =
    faults.length > 0
      ? describeAll(faults)
      : (RULES[platform]?.(component) ?? entityCategoryFault(platform, component) ?? undefined);
  if (text !== undefined) return { id, verdict: 'REJECT', text, warn };
  // These are logged by the entity, which a refused component does not become.
  const runtime = platform === 'sensor' ? sensorWarnings(component) : [];
  return { id, verdict: 'OK', text: 'accepted', warn: [...warn, ...runtime] };
}

/** Every key that a platform knows; lights and infrared have several schemas. */
export function platformKeys(platform: string, component: JsonObject): Keys {
  const schema = typeof component.schema === 'string' ? component.schema.toLowerCase() : 'basic';
  const found = facts.platforms[platform] ?? facts.platforms[`${platform}.${schema}`] ?? anySchema(platform);
  if (found === undefined) throw new Error(`the facts do not have the platform ${platform}`);
  return found.uses_common_entity_keys ? { ...facts.entity_common_keys, ...keysOf(found) } : keysOf(found);
}

/** One that does not exist is refused by the enum of `schema`, which each of them has. */
function anySchema(platform: string): (typeof facts.platforms)[string] | undefined {
  return Object.entries(facts.platforms).find(([name]) => name.startsWith(`${platform}.`))?.[1];
}
