import { setTimeout as sleep } from 'node:timers/promises';
import { FaultProxy } from '../../rigs/fault-proxy.ts';
import { LoadClient } from '../../rigs/load-client.ts';
import { Mosquitto } from '../../rigs/mosquitto.ts';
import { Pinbus } from '../../rigs/pinbus.ts';
import { until } from '../../rigs/until.ts';
import { roundTrips } from '../latency/round-trips.ts';

const ROUND_TRIPS = 1_000;
/** What is drained meanwhile, in messages. */
const BACKLOG = 20_000;
const FLAP_MS = 300;

interface World {
  readonly pinbus: Pinbus;
  readonly link: FaultProxy;
}

interface UpstreamState {
  readonly name: string;
  /** Brings it about; what it gives back ends it. */
  readonly enter: (world: World) => Promise<() => void>;
}

const connected = async ({ pinbus, link }: World): Promise<void> => {
  await pinbus.stop();
  link.heal();
  await pinbus.start();
  await until('a link', () => link.connections > 0, 30_000);
  await sleep(1_000);
};

async function fill({ pinbus }: World): Promise<void> {
  const client = await LoadClient.connect(pinbus.port, 'filler');
  let acknowledged = 0;
  client.onPuback = () => (acknowledged += 1);
  for (let sent = 0; sent < BACKLOG; ) {
    while (sent < BACKLOG && sent - acknowledged < 500) client.publish('load/backlog', `${sent++}`, 1);
    const goal = sent - 250;
    await until('acknowledgements', () => acknowledged >= goal, 60_000);
  }
  await client.ping();
  await client.close();
}

/** The first is what the others are held against. */
export const UPSTREAM_STATES: readonly UpstreamState[] = [
  {
    name: 'up',
    enter: async (world) => {
      await connected(world);
      return () => {};
    },
  },
  {
    name: 'down',
    enter: async ({ link }) => {
      link.cut();
      await sleep(1_000);
      return () => {};
    },
  },
  {
    name: 'hung',
    enter: async (world) => {
      await connected(world);
      world.link.set({ swallows: ['up', 'down'] });
      return () => {};
    },
  },
  {
    name: 'flapping',
    enter: async (world) => {
      await connected(world);
      const timer = setInterval(() => world.link.reset(), FLAP_MS);
      return () => clearInterval(timer);
    },
  },
  {
    name: 'draining',
    enter: async (world) => {
      world.link.cut();
      await fill(world);
      await connected(world);
      return () => {};
    },
  },
];

/** Milliseconds from a command to its state, of each round, in each state of the upstream. */
export async function besideUpstream(rounds: number): Promise<readonly (readonly number[])[][]> {
  const cloud = await Mosquitto.make();
  await cloud.start();
  const link = await FaultProxy.start(cloud.port);
  const pinbus = await Pinbus.prepare({
    config: {
      entities: [{ id: 'porch_lamp', platform: 'switch', line: 18 }],
      bridges: [
        {
          name: 'cloud',
          url: `mqtt://127.0.0.1:${link.port}`,
          keepalive: '5m',
          out: [{ filter: 'pinbus/#' }, { filter: 'load/#' }],
        },
      ],
    },
  });
  const latencies: number[][][] = UPSTREAM_STATES.map(() => []);
  try {
    await pinbus.start();
    // The first round warms up.
    for (let round = 0; round <= rounds; round++) {
      for (const [index, { enter }] of UPSTREAM_STATES.entries()) {
        const leave = await enter({ pinbus, link });
        const subject = { name: 'pinbus', port: pinbus.port, pid: pinbus.program.pid, stop: async () => {} };
        const took_ms = await roundTrips(subject, 0, ROUND_TRIPS);
        leave();
        if (round > 0) latencies[index]?.push(took_ms);
      }
    }
    return latencies;
  } finally {
    await pinbus.dispose();
    await link.stop();
    await cloud.remove();
  }
}
