import type { Bus } from '#broker';
import type { SimControl } from '#hw';
import { nodeTopics } from '#topics';
import type { Clock } from '../clock.ts';
import type { LoadedConfig } from '../config/load.ts';
import { Demo } from '../demo/demo.ts';
import { linesByEntity } from '../demo/lines.ts';
import type { Log } from '../log/log.ts';
import { SimTopics } from './sim-topics.ts';

export interface WorldParts {
  readonly sim: SimControl;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
}

/** What moves simulated pins: whoever says so on the bus, and in the demo the people in its house. */
export function worldOf({ config, source }: LoadedConfig, { sim, bus, clock, log }: WorldParts) {
  const topics = new SimTopics(bus, nodeTopics(config.node.id), sim);
  if (source !== 'demo') return [topics];
  return [topics, new Demo({ sim, lines: linesByEntity(config.entities), clock, log: log.component('demo') })];
}
