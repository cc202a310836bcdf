import { createRequire } from 'node:module';

/** The version in package.json. */
export function version(): string {
  const manifest: unknown = createRequire(import.meta.url)('#package');
  const found =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : undefined;
  if (typeof found !== 'string') throw new Error('package.json names no version');
  return found;
}
