import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, test } from 'vitest';

/** What only some nodes need, and what takes longer to load than all the rest. */
const LAZY = ['mqtt', 'opossum', 'p-retry'];

/** What Node loads with a module: imports of values, not of types, and none that wait for a call. */
function loadedWith(file: string): string[] {
  const statements = readFileSync(file, 'utf8').matchAll(
    /^(?:import|export)(?!\s+type\b)(?:[^;']*?\bfrom)?\s*'(?<specifier>[^']+)'/gm,
  );
  return [...statements].map(({ groups }) => groups?.['specifier'] ?? '');
}

function resolved(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return `src/${specifier.slice(1)}/index.ts`;
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : undefined;
}

test.each(['src/agent/main.ts', 'src/agent/node.ts'])('%s starts without what bridges are made of', (entry) => {
  const seen = new Set([entry]);
  const packages = new Set<string>();
  for (const file of seen) {
    for (const specifier of loadedWith(file)) {
      const next = resolved(file, specifier);
      if (next === undefined) packages.add(specifier);
      else if (existsSync(next)) seen.add(next);
    }
  }
  if (entry.endsWith('node.ts')) expect(seen.size, 'files that a node is made of').toBeGreaterThan(150);
  expect(LAZY.filter((name) => packages.has(name))).toEqual([]);
});
