import { setTimeout as sleep } from 'node:timers/promises';
import { Fleet } from '../../rigs/fleet.ts';
import { Ledger, type Tally } from '../../rigs/ledger.ts';
import { LedgerConsumer } from '../../rigs/ledger-consumer.ts';
import { LedgerPublisher } from '../../rigs/ledger-publisher.ts';
import { NatsCluster } from '../../rigs/nats-cluster.ts';
import { residentBytes } from '../process-figures.ts';
import { until } from '../../rigs/until.ts';

export interface FleetShape {
  readonly agents: number;
  readonly processes: number;
  /** Messages a second that each agent is given. */
  readonly rate: number;
  /** Milliseconds with the cluster whole, then with a node less, then whole again. */
  readonly each_ms: number;
}

export interface FleetFigures {
  readonly tally: Tally;
  readonly ready_ms: number;
  /** Resident, an agent: when all are ready, and at the end of the load. */
  readonly idle_bytes: number;
  readonly loaded_bytes: number;
  /** Acknowledged by the agents, and arrived in the cloud, a second, while the cluster is whole. */
  readonly acknowledged_per_s: number;
  readonly arrived_per_s: number;
  /** The longest that nothing arrived at all, from the kill on. */
  readonly silence_ms: number;
  /** From the end of the load until all of it had arrived. */
  readonly behind_ms: number;
}

const TOPIC = 'fleet';
const PATIENCE_MS = 300_000;

/** A fleet under load that bridges to a NATS cluster of three, one of whose nodes is killed and comes back. */
export async function fleetThroughRestart(
  shape: FleetShape,
  onPhase: (what: string) => void = () => {},
): Promise<FleetFigures> {
  const cluster = await NatsCluster.start();
  let fleet: Fleet | undefined;
  let consumer: LedgerConsumer | undefined;
  const ledger = new Ledger();
  try {
    // With the nodes that stay.
    consumer = await LedgerConsumer.connect(cluster.ports.slice(1), `${TOPIC}/#`, ledger, 'ledger', 4);
    let last_ms = 0;
    let silence_ms = 0;
    consumer.onArrival = () => {
      const now_ms = performance.now();
      if (last_ms > 0) silence_ms = Math.max(silence_ms, now_ms - last_ms);
      last_ms = now_ms;
    };
    const { agents, processes, rate, each_ms } = shape;
    const began_ms = performance.now();
    fleet = await Fleet.start({ agents, processes, upstream_ports: cluster.ports, out: `${TOPIC}/#` });
    const ready_ms = performance.now() - began_ms;
    const eachOf = (pids: readonly number[]): number =>
      pids.map(residentBytes).reduce((sum, bytes) => sum + bytes, 0) / agents;
    const idle_bytes = eachOf(fleet.pids);
    onPhase(`${agents} agents are ready`);
    const publishers = await Promise.all(
      fleet.agents.map(({ id, port }) =>
        LedgerPublisher.start(port, ledger, { topics: [`${TOPIC}/${id}`], window: 100, rate }),
      ),
    );
    await until('something of each agent', () => ledger.arrived >= agents, PATIENCE_MS);
    onPhase('each of them is heard');
    const before = { ...ledger.tally(), arrived: ledger.arrived, at_ms: performance.now() };
    await sleep(each_ms);
    const seconds = (performance.now() - before.at_ms) / 1_000;
    const acknowledged_per_s = (ledger.acknowledged - before.acknowledged) / seconds;
    const arrived_per_s = (ledger.arrived - before.arrived) / seconds;
    silence_ms = 0;
    await cluster.kill(0);
    onPhase('a node of the cluster is killed');
    await sleep(each_ms);
    cluster.revive(0);
    onPhase('and is back');
    await sleep(each_ms);
    const loaded_bytes = eachOf(fleet.pids);
    await Promise.all(publishers.map((publisher) => publisher.stop(PATIENCE_MS)));
    onPhase('the load ends');
    const ended_ms = performance.now();
    await until('all of it', () => ledger.missing.size === 0, PATIENCE_MS).catch(() => {});
    const behind_ms = performance.now() - ended_ms;
    const figures = { ready_ms, idle_bytes, loaded_bytes, acknowledged_per_s, arrived_per_s, silence_ms, behind_ms };
    return { tally: ledger.tally(), ...figures };
  } catch (error) {
    console.error(`${JSON.stringify(ledger.tally())}\nthe fleet: ${fleet?.lastWords() ?? 'it never started'}`);
    throw error;
  } finally {
    // Publishers end with their brokers.
    await fleet?.remove();
    await consumer?.close();
    await cluster.remove();
  }
}
