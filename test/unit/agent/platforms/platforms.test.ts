import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { discoveryDocument, entityTopics } from '#topics';
import { behavesTheSame } from '../../../../src/agent/platforms/announce.ts';
import { PLATFORMS } from '../../../../src/agent/platforms/platforms.ts';
import { MACHINE_MEASURES } from '../../../../src/agent/platforms/sensor/sources/machine.ts';
import { checkDiscovery } from '../../../discovery/checker/checker.ts';
import { configOf, type Entry } from '../../../rigs/entity-bench.ts';

const COMMON = { name: 'It', icon: 'mdi:lamp', enabled_by_default: false };
const CONTROL = { line: 18, entity_category: 'config' };
const REPORT = { line: 18, entity_category: 'diagnostic' };

/** Every platform with the least and the most that its config takes. */
const ENTRIES: readonly Entry[] = [
  { platform: 'binary_sensor', line: 18 },
  { platform: 'binary_sensor', ...COMMON, ...REPORT, device_class: 'garage_door' },
  { platform: 'button', line: 18 },
  { platform: 'button', ...COMMON, ...CONTROL, device_class: 'restart' },
  { platform: 'counter', line: 18, unit: 'kWh', pulses_per_unit: 1_000 },
  {
    platform: 'counter',
    ...COMMON,
    ...REPORT,
    unit: 'm³',
    pulses_per_unit: 100,
    rate_unit: 'L/min',
    device_class: 'gas',
  },
  { platform: 'counter', line: 18, unit: 'mm', pulses_per_unit: 3.5 },
  { platform: 'cover', open_line: 18, close_line: 23, open_time: '20s' },
  { platform: 'cover', ...COMMON, open_line: 18, close_line: 23, open_time: '20s', device_class: 'blind' },
  { platform: 'fan', line: 18 },
  { platform: 'fan', ...COMMON, ...CONTROL, kick_start: '1s' },
  { platform: 'number', line: 18 },
  { platform: 'number', ...COMMON, ...CONTROL, min: -5.5, max: 5.5, step: 0.1, unit: 'V', mode: 'slider' },
  { platform: 'event', line: 18 },
  { platform: 'event', ...COMMON, ...REPORT, device_class: 'doorbell', double_press: '300ms', long_press: '1s' },
  {
    platform: 'event',
    line: 18,
    double_press: '300ms',
    triple_press: true,
    long_press: '1s',
    hold_repeat: '500ms',
    release: true,
    device_triggers: true,
  },
  { platform: 'light', line: 18, name: null },
  { platform: 'light', ...COMMON, ...CONTROL, brightness: false },
  { platform: 'switch', line: 18 },
  { platform: 'switch', ...COMMON, ...CONTROL, device_class: 'outlet' },
  ...Object.keys(MACHINE_MEASURES).map((source) => ({ platform: 'sensor', source })),
  { platform: 'sensor', ...COMMON, source: 'uptime', expire_after: '3m' },
  { platform: 'sensor', ...COMMON, source: 'ds18b20', address: '28-0316a2795bff' },
  ...['temperature', 'humidity', 'pressure'].map((quantity) => ({ platform: 'sensor', source: 'bme280', quantity })),
  { platform: 'sensor', source: 'mcp3008', channel: 7, bus: 1, chip_select: 1, reference_v: 5 },
];

describe.each(ENTRIES)('$platform as %o', (entry) => {
  test('Home Assistant takes what it announces, without a warning', () => {
    const config = configOf({ id: 'it', ...entry });
    const platform = PLATFORMS.find(({ name }) => name === config.platform);
    const component = platform?.discover(config, entityTopics('porch', 'it'));
    const also = platform?.also?.(config, entityTopics('porch', 'it')) ?? {};
    if (!component) throw new Error('no component');
    const document = discoveryDocument({
      node: 'porch',
      sw_version: '0.0.0',
      device: { name: 'Porch' },
      components: [
        { entity: 'it', component },
        ...Object.entries(also).map(([part, each]) => ({ entity: 'it', part, component: each })),
      ],
    });
    const verdicts = checkDiscovery('homeassistant/device/pinbus_porch/config', JSON.stringify(document));
    expect(verdicts.map(({ verdict, text, warn }) => ({ verdict, text, warn }))).toEqual(
      verdicts.map(({ text }) => ({ verdict: 'OK', text, warn: [] })),
    );
    expect(verdicts.length).toBeGreaterThan(0);
  });
});

test('each folder is a platform in the list, under its name', () => {
  const folders = readdirSync(new URL('../../../../src/agent/platforms', import.meta.url), { withFileTypes: true });
  const names = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(PLATFORMS.map(({ name }) => name)).toEqual(names.toSorted());
});

test.each(PLATFORMS.map((platform) => [platform.name, platform] as const))(
  '%s has a schema for editors that describes every key',
  (name, { schema }) => {
    const mapping = z.object({
      properties: z.record(z.string(), z.looseObject({ description: z.string().optional() })),
      additionalProperties: z.literal(false),
    });
    const written = z
      .union([mapping.transform((one) => [one]), z.object({ oneOf: z.array(mapping) }).transform(({ oneOf }) => oneOf)])
      .parse(z.toJSONSchema(schema, { io: 'input' }));
    expect(written.length).toBeGreaterThan(0);
    for (const { properties } of written) {
      expect(properties['platform']).toMatchObject({ const: name });
      for (const [key, value] of Object.entries(properties)) {
        if (key !== 'platform') expect(value.description, key).toBeTruthy();
      }
    }
  },
);

test('a key that no platform has is refused', () => {
  expect(() => configOf({ id: 'it', platform: 'switch', line: 1, colour: 'red' })).toThrow('colour');
});

test('an entity with another name behaves the same, one on another line does not', () => {
  const lamp = { id: 'it', platform: 'switch', line: 1 };
  const same = (change: Record<string, unknown>) => behavesTheSame(configOf(lamp), configOf({ ...lamp, ...change }));
  expect([same({}), same({ name: 'Lamp', icon: 'mdi:lamp', device_class: 'outlet' })]).toEqual([true, true]);
  expect([same({ line: 2 }), same({ max_on: '1m' }), same({ on_stop: 'keep' })]).toEqual([false, false, false]);
});
