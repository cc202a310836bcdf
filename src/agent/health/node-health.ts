import type { Machine } from '#hw';
import { encodeHealth, nodeTopics } from '#topics';
import type { Backbone } from '../backbone.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import type { CommandLatency } from './command-latency.ts';
import { EventLoop } from './event-loop.ts';
import { type HealthOutlet, HealthReporter } from './health-reporter.ts';
import { healthSources } from './sources.ts';
import { Textfile } from './textfile.ts';

export interface NodeHealthParts extends Pick<Backbone, 'broker' | 'store' | 'outbox' | 'bridges'> {
  readonly machine: Machine;
  readonly command_latency: CommandLatency;
  readonly clock: Clock;
}

/** How a node is: on its `health` topic, and in the file for Prometheus where the config wants one. */
export function nodeHealth(
  { node, outbox, health: { textfile } }: Pick<Config, 'node' | 'outbox' | 'health'>,
  parts: NodeHealthParts,
  log: Log,
): HealthReporter {
  const health_log = log.component('health');
  const topic = nodeTopics(node.id).health;
  const onTopic: HealthOutlet = {
    write: (health) => parts.broker.publish({ topic, payload: encodeHealth(health), qos: 0, retain: true }),
  };
  const outlets = textfile === undefined ? [onTopic] : [onTopic, new Textfile(textfile, node.id, health_log)];
  const sources = healthSources({ ...parts, database: outbox.path, event_loop: new EventLoop() });
  return new HealthReporter(sources, outlets, parts.clock, health_log);
}
