/** Whether every topic that `narrow` matches is matched by `wide` too. Both valid, without share group. */
export function covers(wide: string, narrow: string): boolean {
  const w = wide.split('/');
  const n = narrow.split('/');
  // A wildcard at the start does not reach "$" topics [MQTT-4.7.2-1].
  if (isWildcard(w[0]) && narrow.startsWith('$')) return false;
  for (const [i, level] of w.entries()) {
    if (level === '#') return true;
    const other = n[i];
    // "a/+/#" is not in "a/+": "#" stands for its parent level and for all below.
    if (other === undefined || other === '#') return false;
    if (level !== '+' && level !== other) return false;
  }
  return n.length === w.length;
}

/** Whether some topic is matched by both filters. Both valid, without share group. */
export function overlaps(a: string, b: string): boolean {
  const left = a.split('/');
  const right = b.split('/');
  if ((isWildcard(left[0]) && b.startsWith('$')) || (isWildcard(right[0]) && a.startsWith('$'))) return false;
  const levels = Math.max(left.length, right.length);
  for (let i = 0; i < levels; i++) {
    const l = left[i];
    const r = right[i];
    // "#" also matches the level above it, so it meets the end of the other filter.
    if (l === '#' || r === '#') return true;
    if (l === undefined || r === undefined) return false;
    if (l !== r && l !== '+' && r !== '+') return false;
  }
  return true;
}

const isWildcard = (level: string | undefined): boolean => level === '+' || level === '#';
