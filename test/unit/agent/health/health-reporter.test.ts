import { encodeHealth, type Health, milliseconds } from '#topics';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { CommandLatency } from '../../../../src/agent/health/command-latency.ts';
import { EventLoop } from '../../../../src/agent/health/event-loop.ts';
import { HealthReporter } from '../../../../src/agent/health/health-reporter.ts';
import { Rate } from '../../../../src/agent/health/rate.ts';
import { HandClock } from '../../../rigs/hand-clock.ts';
import { until } from '../../../rigs/until.ts';

function rig() {
  const clock = new HandClock();
  const documents: Record<string, unknown>[] = [];
  const command_latency = new CommandLatency();
  const sources = {
    event_loop: new EventLoop(),
    command_latency,
    throttling: { start: async () => {}, stop: () => {} },
    broker: () => ({
      clients: 1,
      sessions: 1,
      messages_in_per_s: 0,
      messages_out_per_s: 0,
      retained: 3,
      dropped: {},
    }),
    store: () => ({ state: 'ok' as const, kept_bytes: 0 }),
    outbox: () => undefined,
    bridges: () => [],
    machine: async () => ({ load_1m: 0.1 }),
  };
  const outlet = {
    write: async (health: Health) =>
      void documents.push(JSON.parse(encodeHealth(health).toString()) as Record<string, unknown>),
  };
  const reporter = new HealthReporter(sources, [outlet], clock, pino({ level: 'silent' }));
  return { clock, documents, command_latency, reporter };
}

describe('health', () => {
  it('is said at the start and every half a minute', async () => {
    const { reporter, clock, documents } = rig();
    await reporter.start();
    expect(documents).toHaveLength(1);
    await clock.pass(60_000);
    await until('three documents', () => documents.length === 3);
    await reporter.stop();
    expect(clock.waiting).toBe(0);
  });

  it('leaves out what is not there, and has no zero that nobody measured', async () => {
    const { reporter, documents } = rig();
    await reporter.start();
    await reporter.stop();
    expect(documents[0]).not.toHaveProperty('outbox');
    expect(documents[0]).not.toHaveProperty('command_latency');
    expect(documents[0]).toHaveProperty('memory.rss_bytes');
  });

  it('hurries when a bridge changes, but says no more than one document a second', async () => {
    const { reporter, clock, documents } = rig();
    await reporter.start();
    for (let change = 0; change < 100; change += 1) {
      reporter.changed();
      await clock.pass(milliseconds(100));
    }
    await until('the last document', () => documents.length >= 10);
    expect(documents.length).toBeLessThanOrEqual(12);
    await reporter.stop();
  });

  it('counts the time of commands since the last document only', async () => {
    const { reporter, clock, documents, command_latency } = rig();
    command_latency.record(1.5);
    command_latency.record(120_000);
    await reporter.start();
    await clock.pass(30_000);
    await until('two documents', () => documents.length === 2);
    await reporter.stop();
    expect(documents[0]?.['command_latency']).toMatchObject({ count: 2 });
    expect(documents[1]).not.toHaveProperty('command_latency');
  });

  it('is silent after the end, whatever changes', async () => {
    const { reporter, clock, documents } = rig();
    await reporter.start();
    await reporter.stop();
    reporter.changed();
    await clock.pass(100_000);
    expect(documents).toHaveLength(1);
  });
});

describe('EventLoop', () => {
  it('sees that something held the thread', async () => {
    const loop = new EventLoop();
    loop.start();
    await until('a quiet look', () => loop.delay().delay_p50_ms >= 0);
    await new Promise((resolve) => setTimeout(resolve, 250));
    const end = performance.now() + 300;
    while (performance.now() < end);
    await until('the delay', () => loop.delay().delay_p99_ms > 50);
    loop.reset();
    expect(loop.delay().delay_p99_ms).toBe(0);
    loop.stop();
  });
});

describe('Rate', () => {
  it('is what grew by the second', () => {
    const rate = new Rate();
    expect(rate.next(1_000, 0)).toBe(0);
    expect(rate.next(1_300, 30_000)).toBe(10);
    expect(rate.next(1_300, 30_000)).toBe(0);
  });
});
