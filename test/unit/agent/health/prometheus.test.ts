import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClassHealth, Health } from '#topics';
import { afterEach, expect, test } from 'vitest';
import { prometheusText } from '../../../../src/agent/health/prometheus.ts';
import { Textfile } from '../../../../src/agent/health/textfile.ts';
import { keptLog } from '../../../rigs/database.ts';

const empty: ClassHealth = { depth: 0, size_bytes: 0, dropped: {}, refuses: false, withheld: 0 };
const HEALTH: Health = {
  uptime_s: 61,
  event_loop: { delay_p50_ms: 0, delay_p99_ms: 12.5 },
  memory: { rss_bytes: 70_000_000, heap_used_bytes: 20_000_000, gc_time_ms: 40 },
  broker: {
    clients: 2,
    sessions: 3,
    messages_in_per_s: 1.5,
    messages_out_per_s: 3,
    retained: 9,
    dropped: { queue_full: 4 },
  },
  store: { state: 'disk_full', kept_bytes: 1_000, written_bytes: 8_192 },
  outbox: {
    depth: 7,
    size_bytes: 700,
    dropped: { max_bytes: 2 },
    losses: [],
    classes: {
      event: empty,
      command: empty,
      state: empty,
      telemetry: { ...empty, depth: 7, size_bytes: 700, oldest_age_s: 5, dropped: { max_bytes: 2 } },
    },
  },
  bridges: [{ name: 'cloud', state: 'waiting', breaker: 'open', depth: 7 }],
  machine: { undervoltage: { now: false, latched: true } },
};

const folder = mkdtempSync(join(tmpdir(), 'pinbus-textfile-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('every figure has its help, its type, the node and base units', () => {
  const lines = prometheusText(HEALTH, 'porch').split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      '# TYPE pinbus_uptime_seconds gauge',
      'pinbus_uptime_seconds{node="porch"} 61',
      'pinbus_event_loop_delay_seconds{node="porch",quantile="0.99"} 0.0125',
      '# TYPE pinbus_messages_dropped_total counter',
      'pinbus_messages_dropped_total{node="porch",reason="queue_full"} 4',
      'pinbus_store_ok{node="porch"} 0',
      'pinbus_store_written_bytes_total{node="porch"} 8192',
      'pinbus_outbox_messages{node="porch",class="telemetry"} 7',
      'pinbus_outbox_dropped_total{node="porch",class="telemetry",reason="max_bytes"} 2',
      'pinbus_bridge_connected{node="porch",bridge="cloud"} 0',
      'pinbus_bridge_breaker_closed{node="porch",bridge="cloud"} 0',
      'pinbus_undervoltage{node="porch",since="start"} 1',
    ]),
  );
});

test('what is missing has neither a zero nor a header', () => {
  const text = prometheusText(HEALTH, 'porch');
  for (const name of ['cpu_temperature', 'command_latency', 'throttled', 'bridge_drain'])
    expect(text).not.toContain(name);
});

test('each line is as the format of Prometheus has it, and each name is described once', () => {
  const lines = prometheusText(HEALTH, 'porch').trimEnd().split('\n');
  const described = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2]);
  expect(new Set(described).size).toBe(described.length);
  for (const line of lines) {
    expect(line).toMatch(
      /^(# HELP pinbus_[a-z_]+ \S.*|# TYPE pinbus_[a-z_]+ (gauge|counter)|pinbus_[a-z_]+\{node="porch"(,[a-z]+="[^"\\]+")*\} \d+(\.\d+)?)$/,
    );
  }
});

test('the file is whole at any time, alone in its folder, and gone with the node', async () => {
  mkdirSync(folder, { recursive: true });
  const textfile = new Textfile(join(folder, 'pinbus.prom'), 'porch', keptLog().log);
  await textfile.write(HEALTH);
  await textfile.write(HEALTH);
  expect(readdirSync(folder)).toEqual(['pinbus.prom']);
  expect(readFileSync(join(folder, 'pinbus.prom'), 'utf8')).toBe(prometheusText(HEALTH, 'porch'));
  await textfile.remove();
  expect(readdirSync(folder)).toEqual([]);
});

test('a file that cannot be written is said once, with what to do', async () => {
  const { log, lines } = keptLog();
  const textfile = new Textfile(join(folder, 'nowhere', 'pinbus.prom'), 'porch', log);
  await textfile.write(HEALTH);
  await textfile.write(HEALTH);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ code: 'HEALTH_TEXTFILE' });
});
