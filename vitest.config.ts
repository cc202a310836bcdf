import { defineConfig } from 'vitest/config';

/** Whole programs, real brokers and faults: their timing is part of what they test, so each file has the machine to itself. */
const alone = ['test/integration/**/*.test.ts', 'test/faults/*.test.ts'];

/** Whole programs that need minutes, or programs that few have: `npm run test:faults` runs them, and what is in test/faults itself at length. */
const long = ['test/faults/*/**/*.test.ts'];

/** What needs a kernel with virtual pins: `npm run test:kernel` runs it inside of one. */
const kernel = ['test/kernel/**/*.test.ts'];

/** What runs as on a Pi, in an emulator: `npm run test:arm64`. */
const arm64 = ['test/arm64/**/*.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 20_000,
    hookTimeout: 20_000,
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: [...alone, ...long, ...kernel, ...arm64],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'whole', include: alone, fileParallelism: false, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        test: { name: 'long', include: long, fileParallelism: false, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        test: { name: 'kernel', include: kernel, fileParallelism: false, sequence: { groupOrder: 2 } },
      },
      {
        extends: true,
        test: { name: 'arm64', include: arm64, fileParallelism: false, sequence: { groupOrder: 3 } },
      },
    ],
  },
});
