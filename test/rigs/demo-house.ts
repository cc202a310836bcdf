import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { ConfigDocument } from './pinbus.ts';

export interface DemoEntity {
  readonly id: string;
  readonly platform: string;
  readonly line?: number;
}

/** The house that is shipped as the demo, as a config file has it. */
export function demoHouse(): { readonly config: ConfigDocument; readonly entities: readonly DemoEntity[] } {
  const { entities, hardware } = parse(readFileSync('examples/demo.yaml', 'utf8')) as {
    entities: DemoEntity[];
    hardware: object;
  };
  return { config: { entities, hardware }, entities };
}
