import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fleetThroughRestart } from '../../bench/fleet/restart.ts';
import { sayOutcome } from '../../rigs/fault-points.ts';

const HAS_NATS = existsSync('/usr/sbin/nats-server');

test.skipIf(!HAS_NATS)(
  'a fleet in one process gets everything into a cluster of which one node is killed and comes back',
  async () => {
    const { tally } = await fleetThroughRestart({ agents: 6, processes: 1, rate: 20, each_ms: 3_000 });
    sayOutcome('six agents of one process, and a node of their cluster killed', tally);
    // Not their order: a server that stands still sends its subscribers again, and later, what came in order (docs/BRIDGE.md).
    expect(tally).toMatchObject({ lost: 0, unexpected: 0 });
    expect(tally.acknowledged).toBeGreaterThan(600);
  },
  600_000,
);
