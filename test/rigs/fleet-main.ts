// Many whole nodes in one process, each with a database, a broker and a bridge of its own, until it is killed. Standard output is
// a line with their ports; the log, errors alone, goes to standard error.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src/agent/clock.ts';
import { loadConfig } from '../../src/agent/config/load.ts';
import { Log } from '../../src/agent/log/log.ts';
import { Node } from '../../src/agent/node.ts';

/** Nodes that start at once. */
const AT_ONCE = 4;

const [folder = '', ids = '', out = '', upstreams = ''] = process.argv.slice(2);
const urls = upstreams.split(',');
const log = new Log('error', process.stderr);
const { signal } = new AbortController();

/** Each is at home with another of the upstreams, and knows them all. */
async function start(id: string, index: number): Promise<Node> {
  const home = join(folder, id);
  mkdirSync(home);
  const [url, ...failover] = urls.map((_, turn) => urls[(index + turn) % urls.length]);
  const file = join(home, 'pinbus.yaml');
  const config = {
    node: { id },
    broker: { listeners: [{ port: 0 }] },
    hardware: { gpio: { driver: 'sim' } },
    entities: [],
    bridges: [{ name: 'cloud', url, failover, out: [{ filter: out }], keepalive: '10s' }],
  };
  writeFileSync(file, JSON.stringify(config));
  const load = () => loadConfig({ file, env: {}, cwd: home });
  const node = new Node({ loaded: await load(), load, notify: undefined, clock: systemClock, log });
  await node.start(signal);
  return node;
}

const nodes: Node[] = [];
const waiting = ids.split(',').map((id, index) => ({ id, index }));
async function startSome(): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    nodes[next.index] = await start(next.id, next.index);
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, startSome));
process.stdout.write(`${JSON.stringify(nodes.map(({ ports }) => ports[0]))}\n`);
