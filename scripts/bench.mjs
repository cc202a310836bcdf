// `npm run bench:NAME`: runs test/bench/NAME, that of pins in the kernel that has virtual ones.
import { bundled } from './bundle.mjs';
import { run } from './vitest.mjs';

const [name] = process.argv.slice(2);
const program = await bundled(`test/bench/${name}/main.ts`);
const kernel = name === 'gpio' ? ['scripts/in-kernel.mjs', process.execPath] : [];
process.exitCode = run(process.execPath, [...kernel, program]);
