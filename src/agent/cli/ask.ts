import { type Client, connectClient } from '#broker';
import { milliseconds } from '#topics';
import { clientOptions } from './connection.ts';
import type { Io } from './io.ts';
import { chooseNode, type NodeOptions } from './node-option.ts';
import { request } from './request.ts';

const TIMEOUT = milliseconds(10_000);

/** Asks the node one thing after another. */
export type Ask = (method: string, params?: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** Each question has a connection of its own, for a client keeps what it subscribed; the password is asked for once. */
export async function askNode(io: Io, options: NodeOptions): Promise<Ask> {
  const where = await clientOptions(io, options);
  const connected = async <T>(work: (client: Client) => Promise<T>): Promise<T> => {
    const client = await connectClient(where);
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  };
  const node = await connected((client) => chooseNode(io, client, options));
  return (method, params = {}) => connected((client) => request(client, node, method, params, TIMEOUT));
}
