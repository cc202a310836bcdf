import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const room = (name: string) => fileURLToPath(new URL(`./src/${name}/index.ts`, import.meta.url));

export default defineConfig({
  resolve: { alias: { '#topics': room('topics'), '#hw': room('hw'), '#broker': room('broker') } },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    pool: 'forks',
  },
});
