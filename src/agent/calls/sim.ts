import { SIM_FAULTS, type SimControl } from '#hw';
import { z } from 'zod';
import { type Method, method } from './method.ts';

const line = z.union([z.int().min(0).max(1023), z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/)]);
const level = z.enum(['high', 'low', 'open']);

/** What only a node on simulated pins has: hands for the world around them. */
export function simMethods(sim: SimControl): readonly Method[] {
  return [
    method({
      name: 'sim.lines',
      summary: 'every simulated line, its level and who holds it',
      params: z.strictObject({}),
      run: () => sim.lines(),
    }),
    method({
      name: 'sim.line',
      summary: 'drives a wire: {"line":23,"level":"high|low|open","bounce_ms":5}',
      params: z.strictObject({ line, level, bounce_ms: z.number().min(0).max(10_000).optional() }),
      run: ({ line, level, bounce_ms }) => {
        sim.set(line, level === 'open' ? 'open' : level === 'high', bounce_ms === undefined ? {} : { bounce_ms });
        return { line, level };
      },
    }),
    method({
      name: 'sim.press',
      summary: 'makes a line active and lets go of it: {"line":24,"hold_ms":100}',
      params: z.strictObject({ line, hold_ms: z.number().min(1).max(600_000).default(100) }),
      run: ({ line, hold_ms }) => {
        sim.press(line, hold_ms);
        return { line, hold_ms };
      },
    }),
    method({
      name: 'sim.fail',
      summary: `makes a line fail: {"line":18,"fault":"${SIM_FAULTS.join('|')}"}, or heals it: "fault":null`,
      params: z.strictObject({ line, fault: z.enum(SIM_FAULTS).nullable() }),
      run: ({ line, fault }) => {
        sim.fail(line, fault ?? undefined);
        return { line, fault };
      },
    }),
  ];
}
