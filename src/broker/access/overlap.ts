/** Whether there can be a topic that both filters match [MQTT 5.0, 4.7]; both without a share group. */
export function filtersOverlap(one: string, other: string): boolean {
  const a = one.split('/');
  const b = other.split('/');
  if (startsWithWildcard(a) !== startsWithWildcard(b) && (one.startsWith('$') || other.startsWith('$'))) return false;
  for (let i = 0; ; i++) {
    const left = a[i];
    const right = b[i];
    if (left === '#' || right === '#') return true;
    // "a/#" matches "a" too.
    if (left === undefined) return right === undefined;
    if (right === undefined) return false;
    if (left !== right && left !== '+' && right !== '+') return false;
  }
}

function startsWithWildcard(levels: readonly string[]): boolean {
  return levels[0] === '+' || levels[0] === '#';
}
