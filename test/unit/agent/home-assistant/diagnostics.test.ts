import { expect, test } from 'vitest';
import { loadConfig } from '../../../../src/agent/config/load.ts';
import { diagnostics } from '../../../../src/agent/home-assistant/diagnostics.ts';

test('each bridge has an entity for its connection and one for its breaker, which only reads health', async () => {
  const hash = 'scrypt$16384$8$1$c2FsdHNhbHRzYWx0c2FsdA==$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g=';
  const env = { CLOUD_PASSWORD: 'x', HOMEASSISTANT_HASH: hash, METER_HASH: hash };
  const { config } = await loadConfig({ file: 'bridge.yaml', env, cwd: `${import.meta.dirname}/../../../../examples` });
  const [bridge] = config.bridges;
  if (bridge === undefined) throw new Error('an example with a bridge');
  const found = diagnostics(config, { tells_throttling: false }).filter(
    (one) => 'node_value' in one && one.node_value.endsWith(`_${bridge.name}`),
  );
  expect(found).toMatchObject([
    { node_value: `bridge_${bridge.name}`, component: { platform: 'binary_sensor', device_class: 'connectivity' } },
    {
      node_value: `breaker_${bridge.name}`,
      component: { platform: 'sensor', device_class: 'enum', options: ['closed', 'half_open', 'open'] },
    },
  ]);
  for (const { component } of found)
    expect(component).toMatchObject({ entity_category: 'diagnostic', expire_after: 90 });
});

test('a machine that says what slows it down has a problem for each, now and latched; another has none', async () => {
  const { config } = await loadConfig({
    file: 'minimal.yaml',
    env: {},
    cwd: `${import.meta.dirname}/../../../../examples`,
  });
  const problems = (tells_throttling: boolean) =>
    diagnostics(config, { tells_throttling }).filter(
      ({ component }) => component.platform === 'binary_sensor' && component.device_class === 'problem',
    );
  expect(problems(false)).toEqual([]);
  const found = problems(true);
  expect(found.map((one) => 'node_value' in one && one.node_value)).toEqual([
    'undervoltage',
    'undervoltage_latched',
    'throttled',
    'throttled_latched',
  ]);
  for (const { component } of found)
    expect(component).toMatchObject({ entity_category: 'diagnostic', expire_after: 90 });
});
