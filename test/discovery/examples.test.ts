import { fileURLToPath } from 'node:url';
import { readdirSync } from 'node:fs';
import { discoveryTopics, encodeJson } from '#topics';
import { expect, it } from 'vitest';
import { loadConfig } from '../../src/agent/config/load.ts';
import { documentOf } from '../../src/agent/home-assistant/document.ts';
import { PLATFORMS } from '../../src/agent/platforms/platforms.ts';
import { checkDiscovery } from './checker/checker.ts';

const HASH = 'scrypt$16384$8$1$c2FsdHNhbHRzYWx0c2FsdA==$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g=';

const folder = fileURLToPath(new URL('../../examples/', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

it('there are examples', () => expect(files).toContain('demo.yaml'));

it.each(files)('what %s announces is taken by Home Assistant without a word', async (file) => {
  const env = { HOMEASSISTANT_HASH: HASH, METER_HASH: HASH, CLOUD_PASSWORD: 'x' };
  const { config } = await loadConfig({ file, env, cwd: folder });
  const pi = { version: '0.1.0', board: 'Raspberry Pi 5 Model B Rev 1.0', tells_throttling: true };
  const document = documentOf(config, pi, PLATFORMS);
  expect(Object.keys(document.components)).toContain('node.undervoltage_latched');
  const { prefix } = config.home_assistant;
  const verdicts = checkDiscovery(discoveryTopics(prefix, config.node.id).config, encodeJson(document), prefix);
  expect(verdicts.length).toBeGreaterThanOrEqual(config.entities.length);
  for (const verdict of verdicts) expect(verdict).toMatchObject({ verdict: 'OK', text: 'accepted', warn: [] });
});
