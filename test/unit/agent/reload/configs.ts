import type { Config } from '../../../../src/agent/config/config.ts';
import { parseConfig } from '../../../../src/agent/config/parse.ts';

/** The config that a YAML text stands for. */
export async function configOf(text: string): Promise<Config> {
  const parsed = await parseConfig('pinbus.yaml', text, { env: {}, folder: '/nowhere' });
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  return parsed.config;
}

export const LAMP = '{ id: lamp, platform: switch, line: 17 }';
export const DOOR = '{ id: door, platform: binary_sensor, line: 23 }';
export const PUMP = '{ id: pump, platform: switch, line: 27 }';

export const withEntities = (...entities: readonly string[]): Promise<Config> =>
  configOf(`node: { id: porch }\nentities: [${entities.join(', ')}]\n`);
