/** `hall_motion` becomes `Hall motion`. */
export function nameFromId(id: string): string {
  const words = id.split(/[_-]+/).filter((word) => word !== '');
  const name = words.join(' ') || id;
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** Home Assistant's ids have single underscores, none at the ends: `hall-motion` becomes `hall_motion`. */
export function entityIdOf(platform: string, ...parts: readonly string[]): string {
  const words = parts.flatMap((part) => part.split(/[^a-z0-9]+/)).filter((word) => word !== '');
  return `${platform}.${words.join('_') || 'pinbus'}`;
}
