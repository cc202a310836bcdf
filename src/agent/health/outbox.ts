import type { ClassStatus, DropCounts, DropEpisode, OutboxStatus } from '#broker';
import type { ClassHealth, LossHealth, OutboxHealth } from '#topics';

/** What the outbox says of itself, in the units of the health document; reasons that dropped nothing are missing in a class. */
export function outboxHealth(status: OutboxStatus): OutboxHealth {
  const { event, command, state, telemetry } = status.classes;
  return {
    ...figures(status),
    dropped: status.drops,
    classes: {
      event: classHealth(event),
      command: classHealth(command),
      state: classHealth(state),
      telemetry: classHealth(telemetry),
    },
    losses: status.episodes.map(lossHealth),
  };
}

const lossHealth = ({ class: of, reason, messages, first_at, last_at, over }: DropEpisode): LossHealth => ({
  class: of,
  reason,
  messages,
  from: new Date(first_at).toISOString(),
  to: new Date(last_at).toISOString(),
  over,
});

const classHealth = (status: ClassStatus): ClassHealth => ({
  ...figures(status),
  dropped: happened(status.drops),
  refuses: status.refuses,
  withheld: status.withheld,
});

const figures = ({ depth, bytes, oldest_age_ms }: Pick<OutboxStatus, 'depth' | 'bytes' | 'oldest_age_ms'>) => ({
  depth,
  size_bytes: bytes,
  ...(oldest_age_ms !== undefined && { oldest_age_s: Math.round(oldest_age_ms / 1000) }),
});

const happened = (drops: DropCounts): Record<string, number> =>
  Object.fromEntries(Object.entries(drops).filter(([, messages]) => messages > 0));
