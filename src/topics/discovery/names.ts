/** `hall_motion` becomes `Hall motion`. */
export function nameFromId(id: string): string {
  return capitalised(id.split(/[_-]+/).filter(isNotEmpty).join(' ') || id);
}

/**
 * A name as Home Assistant wants it, which puts the device's name before it: `Porch lamp` of the device `Porch` becomes
 * `Lamp`, and what has the device's name is the device's main feature, which is null.
 */
export function withoutDeviceName(name: string, device: string): string | null {
  if (name.toLowerCase() === device.toLowerCase()) return null;
  const repeats = device !== '' && name.toLowerCase().startsWith(`${device.toLowerCase()} `);
  return repeats ? capitalised(name.slice(device.length).trimStart()) : name;
}

/**
 * An entity id of Home Assistant's: single underscores, none at the ends, the node's name once. `hall-motion` of the node
 * `porch` becomes `porch_hall_motion`, and `porch_lamp` stays.
 */
export function defaultEntityId(platform: string, node: string, id: string): string {
  const before = words(node);
  const own = words(id);
  const repeats = own.length > before.length && before.every((word, i) => word === own[i]);
  return `${platform}.${(repeats ? own : [...before, ...own]).join('_') || 'pinbus'}`;
}

const words = (id: string): readonly string[] => id.split(/[^a-z0-9]+/).filter(isNotEmpty);
const isNotEmpty = (word: string): boolean => word !== '';
const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
