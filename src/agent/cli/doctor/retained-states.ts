import { setTimeout as wait } from 'node:timers/promises';
import { entityTopics } from '#topics';
import type { Config } from '../../config/config.ts';
import { listenerEndpoint } from '../connection.ts';
import { visit } from './visit.ts';

const DEADLINE_MS = 3_000;

/** What a node that runs says of its entities, by id; nothing where it lets nobody in who only looks. */
export async function retainedStates(config: Config): Promise<ReadonlyMap<string, string>> {
  const deadline = wait(DEADLINE_MS, new Map<string, string>(), { ref: false });
  return Promise.race([ask(config).catch(() => new Map<string, string>()), deadline]);
}

async function ask({ node, broker, entities }: Config): Promise<ReadonlyMap<string, string>> {
  const ids = new Map(entities.map(({ id }) => [entityTopics(node.id, id).state, id]));
  const topics = [...ids.keys()];
  const states = new Map<string, string>();
  const client = await visit(listenerEndpoint({ broker }));
  try {
    await client.subscribe(topics, ({ topic, payload }) => states.set(ids.get(topic) ?? topic, payload.toString()));
    // Answered after what is retained was sent.
    await client.unsubscribe(topics);
  } finally {
    await client.close();
  }
  return states;
}
