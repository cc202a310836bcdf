import { z } from 'zod';
import { duration } from './fields.ts';

export const linkLossAfter = duration({ min: '1s', max: '1d' }).meta({
  description: 'How long the link has to be gone',
});

/** What keeps an output safe: the same for every platform that switches something. */
export const outputRules = {
  on_start: z.enum(['off', 'on', 'restore', 'keep']).default('off').meta({
    description:
      'The state after a start; restore takes the last one that is on the bus (after a power cut it may be 5 s old), keep leaves the line as it is',
  }),
  on_stop: z
    .enum(['off', 'on', 'keep'])
    .default('off')
    .meta({ description: 'The state after a stop; keep leaves the line as it is' }),
  on_link_loss: z
    .strictObject({
      after: linkLossAfter,
      state: z.enum(['off', 'on']).default('off').meta({ description: 'The state after that' }),
    })
    .exactOptional()
    .meta({
      description:
        'What happens when whoever commanded it last is gone: a client that is not connected (nor another one of its user), a bridge without its upstream. After a start nobody has commanded it yet',
    }),
  max_on: duration({ min: '100ms', max: '7d' })
    .exactOptional()
    .meta({ description: 'The longest time on, also over restarts; then it switches itself off' }),
  min_off: duration({ max: '1d' })
    .prefault('0s')
    .meta({ description: 'The shortest time off: an ON that comes earlier waits for the rest of it. OFF never waits' }),
  interlock: z
    .strictObject({
      group: z
        .string()
        .regex(/^[a-z0-9_-]{1,64}$/, { error: 'must be 1 to 64 of a-z, 0-9, _ and -' })
        .meta({ description: 'Of the outputs that name the same group at most one is on' }),
      conflict: z.enum(['refuse', 'take_over']).default('refuse').meta({
        description: 'An ON while another one is on: it is refused, or the other one is switched off first',
      }),
      dead_time: duration({ max: '1m' })
        .prefault('500ms')
        .meta({ description: 'How long all others have to be off before this one goes on' }),
    })
    .exactOptional()
    .meta({ description: 'Outputs that must never be on together' }),
};

/** A PWM begins anew with each start: what it did before cannot be kept. */
export const withoutKeep = {
  path: ['on_start'],
  error: 'cannot be keep where PWM makes the level: it begins anew with each start',
};

export type OutputRules = z.output<z.ZodObject<typeof outputRules>>;
