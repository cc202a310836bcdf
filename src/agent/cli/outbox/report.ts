import { z } from 'zod';
import { plural } from '../../config/wording.ts';
import { age, perSecond, size } from '../monitor/quantity.ts';

/** The answer of `call/outbox.status`, as far as this command shows it. */
export const outboxReport = z.object({
  depth: z.number(),
  bytes: z.number(),
  oldest_age_s: z.number().optional(),
  dead_letters: z.number(),
  dropped: z.record(z.string(), z.number()),
  classes: z.record(
    z.string(),
    z.object({
      depth: z.number(),
      size_bytes: z.number(),
      oldest_age_s: z.number().optional(),
      refuses: z.boolean(),
      withheld: z.number(),
      dropped: z.record(z.string(), z.number()),
    }),
  ),
  losses: z.array(
    z.object({
      class: z.string(),
      reason: z.string(),
      messages: z.number(),
      from: z.string(),
      to: z.string(),
      over: z.boolean(),
    }),
  ),
  bridges: z.array(
    z.object({
      name: z.string(),
      state: z.string(),
      breaker: z.string(),
      depth: z.number(),
      bytes: z.number(),
      oldest_age_s: z.number().optional(),
      drained: z.number(),
      rate_per_s: z.number(),
      drain_s: z.number().optional(),
      last_error: z.string().optional(),
      remedy: z.string().optional(),
    }),
  ),
});

export type OutboxReport = z.infer<typeof outboxReport>;

/** Everything, for a person. */
export function outboxText(report: OutboxReport): string {
  const { depth, bytes, oldest_age_s, dead_letters, classes, losses, bridges } = report;
  const lines = [
    depth === 0
      ? 'nothing waits'
      : `${plural(depth, 'message')} ${depth === 1 ? 'waits' : 'wait'}, ${size(bytes)}${since(oldest_age_s)}`,
  ];
  for (const [name, each] of Object.entries(classes)) {
    if (each.depth > 0) lines.push(`  ${name}: ${each.depth}, ${size(each.size_bytes)}${since(each.oldest_age_s)}`);
    if (each.refuses) lines.push(`  ${name}: full, ${each.withheld} not acknowledged until there is room`);
  }
  for (const bridge of bridges) lines.push(...bridgeLines(bridge));
  for (const [name, { dropped }] of Object.entries(classes)) {
    const reasons = Object.entries(dropped).map(([reason, messages]) => `${reason} ${messages}`);
    if (reasons.length === 0) continue;
    lines.push(`dropped since the start, ${name}: ${reasons.join(', ')}`);
    for (const loss of losses) if (loss.class === name) lines.push(lossLine(loss));
  }
  if (dead_letters > 0) lines.push(`${plural(dead_letters, 'dead letter')}: pinbus outbox dead list`);
  return `${lines.join('\n')}\n`;
}

function bridgeLines(bridge: OutboxReport['bridges'][number]): readonly string[] {
  const { name, state, breaker, depth, bytes, oldest_age_s, rate_per_s, drain_s, last_error, remedy } = bridge;
  const owed = depth === 0 ? '0 owed' : `${depth} owed, ${size(bytes)}${since(oldest_age_s)}`;
  const until = depth > 0 && drain_s !== undefined ? `, done in ${age(drain_s)}` : '';
  const circuit = breaker === 'closed' ? '' : `, breaker ${breaker}`;
  return [
    `${name}: ${state}${circuit}, ${owed}, ${perSecond(rate_per_s)}/s${until}`,
    ...[last_error ?? [], remedy ?? []].flat().map((line) => `  ${line}`),
  ];
}

const lossLine = ({ reason, messages, from, to, over }: OutboxReport['losses'][number]): string =>
  `  ${over ? 'last' : 'still'} ${reason}: ${messages}, published from ${from} to ${to}`;

const since = (oldest_age_s: number | undefined): string =>
  oldest_age_s === undefined ? '' : `, the oldest for ${age(oldest_age_s)}`;

/** One line, for --watch. */
export function progressLine({ depth, bytes, classes, bridges }: OutboxReport): string {
  const full = Object.entries(classes).flatMap(([name, { refuses }]) => (refuses ? [`${name} full`] : []));

  const each = bridges.map(({ name, state, depth: owed, rate_per_s, drain_s }) => {
    const until = owed > 0 && drain_s !== undefined ? ` ${age(drain_s)} left` : '';
    return `${name} ${state === 'connected' ? `${perSecond(rate_per_s)}/s` : state}${until}`;
  });
  return [`${depth} wait`, size(bytes), ...full, ...each].join('  ');
}
