import { z } from 'zod';
import { age, perSecond, size } from '../monitor/quantity.ts';

/** The answer of `call/outbox.status`, as far as this command shows it. */
export const outboxReport = z.object({
  depth: z.number(),
  bytes: z.number(),
  oldest_age_s: z.number().optional(),
  dead_letters: z.number(),
  dropped: z.record(z.string(), z.number()),
  bridges: z.array(
    z.object({
      name: z.string(),
      state: z.string(),
      breaker: z.string(),
      depth: z.number(),
      drained: z.number(),
      rate_per_s: z.number(),
      drain_s: z.number().optional(),
      last_error: z.string().optional(),
    }),
  ),
});

export type OutboxReport = z.infer<typeof outboxReport>;

/** Everything, for a person. */
export function outboxText(report: OutboxReport): string {
  const { depth, bytes, oldest_age_s, dead_letters, dropped, bridges } = report;
  const since = oldest_age_s === undefined ? '' : `, the oldest for ${age(oldest_age_s)}`;
  const lines = [depth === 0 ? 'nothing waits' : `${depth} messages wait, ${size(bytes)}${since}`];
  for (const { name, state, breaker, depth: owed, rate_per_s, drain_s, last_error } of bridges) {
    const until = owed > 0 && drain_s !== undefined ? `, done in ${age(drain_s)}` : '';
    const circuit = breaker === 'closed' ? '' : `, breaker ${breaker}`;
    lines.push(`${name}: ${state}${circuit}, ${owed} owed, ${perSecond(rate_per_s)}/s${until}`);
    if (last_error !== undefined && state !== 'connected') lines.push(`  ${last_error}`);
  }
  for (const [reason, messages] of Object.entries(dropped)) {
    if (messages > 0) lines.push(`dropped since the start, ${reason}: ${messages}`);
  }
  if (dead_letters > 0) lines.push(`${dead_letters} dead letters: pinbus outbox dead list`);
  return `${lines.join('\n')}\n`;
}

/** One line, for --watch. */
export function progressLine({ depth, bytes, bridges }: OutboxReport): string {
  const each = bridges.map(({ name, state, depth: owed, rate_per_s, drain_s }) => {
    const until = owed > 0 && drain_s !== undefined ? ` ${age(drain_s)} left` : '';
    return `${name} ${state === 'connected' ? `${perSecond(rate_per_s)}/s` : state}${until}`;
  });
  return [`${depth} wait`, size(bytes), ...each].join('  ');
}
