import { isJsonObject, type JsonObject } from '#topics';

/** A component with the value of its `~` put into its topics, where `~` is the first or the last character. */
export function replaceTopicBase(component: JsonObject): JsonObject {
  const { '~': base, ...rest } = component;
  if (typeof base !== 'string') return component;
  const replace = (key: string, value: unknown): unknown => {
    if (typeof value !== 'string' || !key.endsWith('topic')) return value;
    const start = value.startsWith('~') ? `${base}${value.slice(1)}` : value;
    return start.endsWith('~') ? `${start.slice(0, -1)}${base}` : start;
  };
  const inObject = (object: JsonObject): Record<string, unknown> =>
    Object.fromEntries(Object.entries(object).map(([key, value]) => [key, replace(key, value)]));

  const replaced = inObject(rest);
  if (Array.isArray(replaced.availability)) {
    replaced.availability = replaced.availability.map((item: unknown) => (isJsonObject(item) ? inObject(item) : item));
  }
  return replaced;
}

/** Topics that nothing was put into. */
export function topicBaseWarnings(component: JsonObject): readonly string[] {
  return Object.entries(component)
    .filter(([key, value]) => key.endsWith('topic') && typeof value === 'string' && value.startsWith('~'))
    .map(([key]) => `'${key}' still starts with '~' (no '~' key in this component)`);
}
