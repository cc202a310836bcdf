/**
 * Edit distance with transpositions (Damerau-Levenshtein, optimal string alignment): how many insertions, deletions,
 * substitutions and swaps of neighbours lead from one word to the other.
 */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1;
      let best = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + cost);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) best = Math.min(best, at(beforeLast, column - 2) + 1);
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

const at = (row: readonly number[], column: number): number => row[column] ?? Number.POSITIVE_INFINITY;

/** Longer words than this are compared by their beginning only, so that a hostile file costs nothing. */
const COMPARED_LENGTH = 64;
/** `warning` means `warn`; but not every word with an o means `on`. */
const SHORTEST_BEGINNING = 3;

/**
 * The candidate that was probably meant: equal but for case, hyphens and underscores, at most a third of its letters
 * away, or the beginning of the word. Undefined when none is near.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = folded(word);
  let found: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const folding = folded(candidate);
    const distance = editDistance(wanted, folding);
    const begins = folding.length >= SHORTEST_BEGINNING && wanted.startsWith(folding);
    const tolerance = begins ? wanted.length : Math.max(1, Math.floor(Math.max(wanted.length, folding.length) / 3));
    if (
      distance <= tolerance &&
      distance < folding.length &&
      distance < (found?.distance ?? Number.POSITIVE_INFINITY)
    ) {
      found = { candidate, distance };
    }
  }
  return found?.candidate;
}

const folded = (word: string): string =>
  word
    .slice(0, COMPARED_LENGTH)
    .toLowerCase()
    .replace(/[-_ .]/g, '');
