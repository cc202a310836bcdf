import type { Command } from 'commander';
import { type NodeId, parseNodeId, parseTopic, TREE } from '#topics';
import type { Client } from '#broker';
import { loadConfig } from '../config/load.ts';
import { AgentError } from '../errors.ts';
import type { ConnectionOptions } from './connection.ts';
import type { Io } from './io.ts';

export interface NodeOptions extends ConnectionOptions {
  readonly node?: string;
}

export function addNodeOption(command: Command): Command {
  return command.option('--node <id>', 'node to talk to; else the one of the config, or the only one on the broker');
}

/** The node that is meant: named, or the config's, or the only one that the broker knows. */
export async function chooseNode(io: Io, client: Client, options: NodeOptions): Promise<NodeId> {
  if (options.node !== undefined) return parseNodeId(options.node);
  if (options.url === undefined) {
    const { config } = await loadConfig({ file: options.config, env: io.env, cwd: io.cwd });
    return parseNodeId(config.node.id);
  }
  const [only, ...more] = await knownNodes(client);
  if (only === undefined)
    throw new AgentError('CLI_NODE_UNKNOWN', `no pinbus node has said anything on ${options.url}`);
  if (more.length > 0) {
    throw new AgentError(
      'CLI_NODE_UNKNOWN',
      `there are several nodes on ${options.url}: ${[only, ...more].join(', ')}`,
    );
  }
  return only;
}

async function knownNodes(client: Client): Promise<readonly NodeId[]> {
  const filter = `${TREE}/+/status`;
  const nodes = new Set<NodeId>();
  await client.subscribe([filter], ({ topic }) => {
    const parsed = parseTopic(topic);
    if (parsed?.kind === 'status') nodes.add(parsed.node);
  });
  await client.unsubscribe([filter]);
  return [...nodes].sort();
}
