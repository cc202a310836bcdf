import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Caller } from '../../rigs/caller.ts';
import { LoadClient, publishPacket } from '../../rigs/load-client.ts';
import { Pinbus } from '../../rigs/pinbus.ts';
import { seeded } from '../../rigs/seeded.ts';
import { until } from '../../rigs/until.ts';

const LAMP_LINE = 18;
const STATE = 'pinbus/v1/porch/porch_lamp/state';
const SET = 'pinbus/v1/porch/porch_lamp/set';

describe('state is true after any burst', () => {
  let pinbus: Pinbus;
  let house: Caller;
  /** Every live state, in the order of its arrival. */
  let states: string[];
  let client: LoadClient;

  beforeAll(async () => {
    pinbus = await Pinbus.start({ config: { entities: [{ id: 'porch_lamp', platform: 'switch', line: LAMP_LINE }] } });
    house = await Caller.connect(pinbus.port);
    client = await LoadClient.connect(pinbus.port, 'burst');
    states = [];
    client.onMessage = (_topic, payload, { retain }) => {
      if (!retain) states.push(payload.toString('utf8'));
    };
    await client.subscribe(STATE);
  });

  afterAll(async () => {
    await pinbus?.dispose();
  });

  /** The retained state as a client that comes now sees it. */
  async function retained(): Promise<string> {
    const late = await LoadClient.connect(pinbus.port, 'late');
    let state: string | undefined;
    late.onMessage = (_topic, payload) => {
      state = payload.toString('utf8');
    };
    await late.subscribe(STATE);
    const found = await until('the retained state', () => state);
    await late.close();
    return found;
  }

  /** Sends commands in one piece and waits until the last one has become the state. */
  async function burst(commands: readonly string[]): Promise<void> {
    const last = commands.at(-1) ?? '';
    await client.write(Buffer.concat(commands.map((command) => publishPacket(SET, command, 0, 0))));
    await client.ping();
    await until(`${last} on the pin`, async () => (await house.line(LAMP_LINE)).level === (last === 'ON'), 20_000);
  }

  test('20,000 commands from one client, 10 runs: the process lives, the state is the pin, nothing is reordered', {
    timeout: 180_000,
  }, async () => {
    const { pid } = pinbus.program;
    for (let run = 0; run < 10; run++) {
      const last = run % 2 === 0 ? 'ON' : 'OFF';
      const commands = Array.from({ length: 19_999 }, (_, index) => (index % 2 === run % 2 ? 'ON' : 'OFF'));
      states.length = 0;
      await burst([...commands, last]);
      await until('the last state', () => states.at(-1) === last);
      // A state is published when it changed: two equal ones in a row would be one that came late.
      const repeated = states.filter((state, index) => index > 0 && state === states[index - 1]);
      expect(repeated, `run ${run}`).toEqual([]);
      expect(await retained()).toBe(last);
      expect((await house.line(LAMP_LINE)).level).toBe(last === 'ON');
    }
    expect(pinbus.program.exit).toBeUndefined();
    expect(pinbus.program.pid).toBe(pid);
  });

  test('2 to 50 rapid commands end true in 1,000 of 1,000', { timeout: 180_000 }, async () => {
    const random = seeded(20_261_121);
    let wrong = 0;
    for (let run = 0; run < 1_000; run++) {
      const commands = Array.from({ length: 2 + Math.floor(random() * 49) }, () => (random() < 0.5 ? 'ON' : 'OFF'));
      const last = commands.at(-1) ?? '';
      await burst(commands);
      await client.ping();
      const state = await retained();
      const { level } = await house.line(LAMP_LINE);
      if (state !== last || level !== (last === 'ON')) wrong++;
    }
    expect(wrong).toBe(0);
  });
});
