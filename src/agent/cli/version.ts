import { createRequire } from 'node:module';

/** The version in package.json, which stands at the same place above `src` and above `dist`. */
export function version(): string {
  const manifest: unknown = createRequire(import.meta.url)('../../../package.json');
  const found =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : undefined;
  if (typeof found !== 'string') throw new Error('package.json names no version');
  return found;
}
