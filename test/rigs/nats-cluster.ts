import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { freePort } from './free-port.ts';
import { Program } from './program.ts';
import { until } from './until.ts';

const SERVER = '/usr/sbin/nats-server';
const NODES = 3;
/** What a node's monitor says of JetStream. */
const JETSTREAM = z.object({ meta_cluster: z.object({ leader: z.string().min(1), cluster_size: z.literal(NODES) }) });

interface Node {
  readonly mqtt: number;
  readonly monitor: number;
  readonly file: string;
  program: Program | undefined;
}

/** Three NATS servers with JetStream on all of them, which speak MQTT 3.1.1 up to QoS 1; streams have three replicas. */
export class NatsCluster {
  readonly #folder = mkdtempSync(join(tmpdir(), 'nats-'));
  readonly #nodes: readonly Node[];

  private constructor(ports: readonly number[]) {
    const port = (node: number, role: number): number => ports[node * 4 + role] ?? 0;
    const nodes = Array.from({ length: NODES }, (_, node) => node);
    const routes = nodes.map((node) => `nats://127.0.0.1:${port(node, 0)}`).join(', ');
    this.#nodes = nodes.map((node) => {
      const file = join(this.#folder, `n${node}.conf`);
      const config = [
        `server_name: n${node}`,
        `listen: 127.0.0.1:${port(node, 1)}`,
        `http: 127.0.0.1:${port(node, 2)}`,
        `jetstream { store_dir: "${join(this.#folder, `n${node}`)}", max_mem: 64MB, max_file: 512MB }`,
        `cluster { name: rig, listen: 127.0.0.1:${port(node, 0)}, routes: [ ${routes} ] }`,
        // Of what one subscriber has not acknowledged.
        `mqtt { listen: 127.0.0.1:${port(node, 3)}, ack_wait: "5s", max_ack_pending: 1000, stream_replicas: ${NODES}, consumer_replicas: ${NODES} }`,
      ];
      writeFileSync(file, config.join('\n'));
      return { mqtt: port(node, 3), monitor: port(node, 2), file, program: undefined };
    });
  }

  /** Settles when the cluster has a leader. */
  static async start(): Promise<NatsCluster> {
    const cluster = new NatsCluster(await freePorts(NODES * 4));
    for (let node = 0; node < NODES; node++) cluster.revive(node);
    await until('a leader of the NATS cluster', () => cluster.#hasLeader(), 30_000);
    return cluster;
  }

  /** Of MQTT, node by node. */
  get ports(): readonly number[] {
    return this.#nodes.map(({ mqtt }) => mqtt);
  }

  /** SIGKILL. */
  async kill(node: number): Promise<void> {
    await this.#nodes[node]?.program?.kill();
  }

  revive(node: number): void {
    const one = this.#nodes[node];
    if (one !== undefined) one.program = new Program(SERVER, ['-c', one.file]);
  }

  async remove(): Promise<void> {
    await Promise.all(this.#nodes.map((_, node) => this.kill(node)));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #hasLeader(): Promise<boolean> {
    for (const { program } of this.#nodes) {
      if (program?.exit !== undefined) throw new Error(`nats-server ended: ${program.lastWords()}`);
    }
    const asked = this.#nodes.map(async ({ monitor }) => {
      const answer = await fetch(`http://127.0.0.1:${monitor}/jsz`).then((response) => response.json());
      return JETSTREAM.safeParse(answer).success;
    });
    return (await Promise.allSettled(asked)).every((one) => one.status === 'fulfilled' && one.value);
  }
}

/** Together, so that none is found twice. */
async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}
