import { decodeJsonObject, isJsonObject, type JsonObject } from '#topics';

/**
 * What other programs wrote, taken for what it claims to be no further than each field that is looked at: the node that
 * is watched may be of another version.
 */

/** One entity as the discovery document describes it. */
export interface ComponentView {
  readonly platform: string;
  readonly name: string | undefined;
  readonly unit: string | undefined;
  /** Where its commands go. */
  readonly commandTopic: string | undefined;
  readonly stateTopic: string | undefined;
}

export interface DeviceView {
  readonly name: string | undefined;
  readonly components: readonly ComponentView[];
}

export function parseDevice(payload: Buffer): DeviceView | undefined {
  const document = objectIn(payload);
  if (document === undefined || !isJsonObject(document['components'])) return undefined;
  return {
    name: textIn(document['device'], 'name'),
    components: Object.values(document['components']).flatMap((component) => {
      const platform = textIn(component, 'platform');
      if (platform === undefined) return [];
      return [
        {
          platform,
          name: textIn(component, 'name'),
          unit: textIn(component, 'unit_of_measurement'),
          commandTopic: textIn(component, 'command_topic'),
          stateTopic: textIn(component, 'state_topic'),
        },
      ];
    }),
  };
}

export function objectIn(payload: Buffer): JsonObject | undefined {
  const document = decodeJsonObject(payload, Number.POSITIVE_INFINITY);
  return document.ok ? document.value : undefined;
}

export function textIn(value: unknown, key: string): string | undefined {
  const found = isJsonObject(value) ? value[key] : undefined;
  return typeof found === 'string' ? found : undefined;
}

export function numberIn(value: unknown, key: string): number | undefined {
  const found = isJsonObject(value) ? value[key] : undefined;
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

export function listIn(value: unknown, key: string): readonly unknown[] {
  const found = isJsonObject(value) ? value[key] : undefined;
  return Array.isArray(found) ? found : [];
}
