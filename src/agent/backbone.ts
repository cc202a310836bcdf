import {
  Bridges,
  Broker,
  DeadLetters,
  LoopGuard,
  OutboxKeeper,
  Recorder,
  Retained,
  SessionArchive,
  SqliteOutbox,
  Store,
} from '#broker';
import { OFFLINE, ONLINE, ownTopics } from '#topics';
import { version } from './cli/version.ts';
import type { Config } from './config/config.ts';
import { statusMessage } from './info/status.ts';
import type { Log } from './log/log.ts';

/** What moves and keeps messages, made but not started. */
export interface Backbone {
  readonly store: Store;
  readonly retained: Retained;
  readonly outbox: SqliteOutbox;
  readonly deadLetters: DeadLetters;
  readonly keeper: OutboxKeeper;
  readonly broker: Broker;
  readonly bridges: Bridges;
  readonly recorder: Recorder;
}

export function backboneOf(config: Config, log: Log): Backbone {
  const store = new Store(config.outbox.path, log.component('store'));
  const retained = new Retained({ store, isOwn: ownTopics(config.node.id), log: log.component('retained') });
  const outbox = new SqliteOutbox(store, config.outbox, log.component('outbox'));
  const deadLetters = new DeadLetters(store, outbox);
  const keeper = new OutboxKeeper(outbox, log.component('outbox'));
  const recorder = new Recorder(store, config.history, log.component('history'));
  const guard = new LoopGuard(config.node.id);
  const broker = new Broker(config.broker, {
    node: config.node.id,
    version: version(),
    keeper,
    guard,
    retained,
    sessions: new SessionArchive(store),
    log: log.component('broker'),
  });
  const bridges = new Bridges({
    node: config.node.id,
    outbox,
    bus: (bridge) => broker.busOf(bridge),
    own: broker,
    guard,
    presence: { birth: statusMessage(config.node.id, ONLINE), will: statusMessage(config.node.id, OFFLINE) },
    log: log.component('bridge'),
  });
  return { store, retained, outbox, deadLetters, keeper, broker, bridges, recorder };
}
