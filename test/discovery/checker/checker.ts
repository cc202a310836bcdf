import { isJsonObject } from '#topics';
import { expandPayload } from './abbreviations.ts';
import { checkComponent } from './component.ts';
import { checkDeviceDocument } from './device-document.ts';
import { facts } from './facts.ts';
import { describeAll } from './fault.ts';
import { valueFaults } from './mapping.ts';
import type { Verdict } from './verdict.ts';

const PART = /^[a-zA-Z0-9_-]+$/;

/** What Home Assistant does with a payload that is published on a discovery topic. */
export function checkDiscovery(topic: string, payload: string | Buffer, prefix = 'homeassistant'): readonly Verdict[] {
  const whole = (verdict: Verdict['verdict'], text: string): readonly Verdict[] => [
    { id: '-', verdict, text, warn: [] },
  ];

  const parts = topic.startsWith(`${prefix}/`) ? topic.slice(prefix.length + 1).split('/') : [];
  const [component = '', ...ids] = parts.slice(0, -1);
  if (parts.at(-1) !== 'config' || ids.length < 1 || ids.length > 2) return whole('IGNORED', 'not a discovery topic');
  if (component !== 'device' && !facts.supported_components.includes(component)) {
    return whole('IGNORED', `component '${component}' has no subscription (unsupported)`);
  }
  if (!ids.every((id) => PART.test(id))) return whole('IGNORED', 'illegal discovery topic');
  const object_id = ids.at(-1) ?? '';

  const text = payload.toString();
  if (text === '') return whole('REMOVE', 'empty payload: removes what this topic discovered');
  const json = parse(text);
  if (!isJsonObject(json)) return whole('REJECT', `Unable to parse JSON ${object_id}: '${text.slice(0, 80)}'`);

  const expanded = expandPayload(json);
  if (expanded.migrate_discovery === true && Object.keys(expanded).length === 1)
    return whole('OK', 'migration request');
  if (component === 'device') return checkDeviceDocument(object_id, expanded);

  const origin = expanded.origin === undefined ? [] : valueFaults('origin', { ref: 'origin_info' }, expanded.origin);
  if (origin.length > 0) {
    return whole('REJECT', `Unable to parse origin information from discovery message, ${describeAll(origin)}`);
  }
  return [checkComponent('-', component, expanded)];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
