// `npm run build`: `src/` to `dist/`. The threads are programs of their own.
import { bundle } from './bundle.mjs';

const PROGRAMS = ['agent/main', 'broker/store/worker', 'hw/cdev/soft-pwm/worker'];

await bundle(Object.fromEntries(PROGRAMS.map((program) => [program, `src/${program}.ts`])), 'dist');
