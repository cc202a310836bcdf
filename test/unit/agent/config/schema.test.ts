import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import type { Config } from '../../../../src/agent/config/config.ts';
import { configJsonSchema } from '../../../../src/agent/config/json-schema.ts';
import { loadConfig } from '../../../../src/agent/config/load.ts';
import { configReference, withReference } from '../../../../src/agent/config/reference.ts';
import type { configSchema } from '../../../../src/agent/config/schema/config.ts';
import { PLATFORMS } from '../../../../src/agent/platforms/platforms.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8');

type Parsed = z.output<typeof configSchema>;

describe('the schema of the config', () => {
  it('gives exactly what the rest of the program reads', () => {
    expectTypeOf<Parsed>().toExtend<Config>();
    expectTypeOf<Config['broker']>().toExtend<DeepReadonly<Parsed['broker']>>();
    expectTypeOf<Config['bridges']>().toExtend<DeepReadonly<Parsed['bridges']>>();
    expectTypeOf<Config['outbox']>().toExtend<DeepReadonly<Parsed['outbox']>>();
    expectTypeOf<Config['home_assistant']>().toExtend<DeepReadonly<Parsed['home_assistant']>>();
    expectTypeOf<Omit<Config, 'entities'>>().toExtend<Omit<DeepReadonly<Parsed>, 'entities'>>();
    expectTypeOf<keyof Config>().toEqualTypeOf<keyof Parsed>();
  });

  it('takes an entity of each platform', () => {
    const kinds = JSON.stringify(configJsonSchema());
    for (const { name } of PLATFORMS) expect(kinds).toContain(`"const":"${name}"`);
  });

  it('is shipped as it is (else: npm run schema)', () => {
    expect(JSON.parse(read('pinbus.schema.json'))).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
  });

  it('is described in docs/CONFIG.md as it is (else: npm run schema)', () => {
    const page = read('docs/CONFIG.md');
    expect(page).toBe(withReference(page, configReference(configJsonSchema())));
  });

  it('describes every key', () => {
    const rows = configReference(configJsonSchema()).match(/^\| `.*$/gm) ?? [];
    expect(rows.length).toBeGreaterThan(80);
    // `key | type | default | meaning`, and only the meaning is never empty.
    expect(rows.filter((row) => row.endsWith('|  |'))).toEqual([]);
  });
});

describe('the examples', () => {
  const env = {
    HOMEASSISTANT_HASH: 'scrypt$16384$8$1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2g=',
    METER_HASH: 'scrypt$16384$8$1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2g=',
    CLOUD_PASSWORD: 'x',
  };
  const files = readdirSync(join(ROOT, 'examples')).filter((name) => name.endsWith('.yaml'));

  it.each(files)('%s is right, and names the schema for editors', async (name) => {
    const file = join(ROOT, 'examples', name);
    await expect(loadConfig({ file, env, cwd: dirname(file) })).resolves.toMatchObject({ source: 'file' });
    expect(read(`examples/${name}`)).toMatch(/^# yaml-language-server: \$schema=\.\.\/pinbus\.schema\.json$/m);
  });

  it('show each platform in the demo', async () => {
    const { config } = await loadConfig({ file: 'examples/demo.yaml', env, cwd: ROOT });
    const shown = new Set(config.entities.map(({ platform }) => platform));
    expect([...shown].sort()).toEqual(PLATFORMS.map(({ name }) => name).sort());
  });
});

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;
