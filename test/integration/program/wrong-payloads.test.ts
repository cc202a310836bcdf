import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Caller } from '../../rigs/caller.ts';
import { LoadClient, publishPacket } from '../../rigs/load-client.ts';
import { Pinbus } from '../../rigs/pinbus.ts';
import { until } from '../../rigs/until.ts';

interface Rejection {
  readonly topic: string;
  readonly code: string;
  readonly message: string;
  readonly client: string;
}

const CLIENT = 'clumsy';
const set = (entity: string): string => `pinbus/v1/porch/${entity}/set`;

/** Wrong for every platform. */
const NOWHERE_RIGHT = [
  '',
  'MAYBE',
  'on off',
  '{',
  '[]',
  'null',
  '"ON"',
  '{"state":"BLUE"}',
  '{}',
  '\u0000',
  'é'.repeat(40_000),
];
const LINES = { porch_lamp: 18, stairs: 13, gate: 22 };

const COMMANDS: readonly { entity: keyof typeof LINES; wrong: readonly string[] }[] = [
  { entity: 'porch_lamp', wrong: [...NOWHERE_RIGHT, '2', '{"state":"ON"}'] },
  {
    entity: 'stairs',
    wrong: [
      ...NOWHERE_RIGHT,
      '{"state":"ON","brightness":256}',
      '{"state":"ON","brightness":-1}',
      '{"brightness":"bright"}',
      '{"state":"ON","__proto__":{"x":1},"brightness":1e99}',
      `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
    ],
  },
  { entity: 'gate', wrong: [...NOWHERE_RIGHT, 'ON', '1'] },
];

describe('a wrong payload changes nothing and the answer names the fault', () => {
  let pinbus: Pinbus;
  let house: Caller;
  let client: LoadClient;
  let rejections: Rejection[];
  let states: { topic: string; payload: string }[];

  beforeAll(async () => {
    pinbus = await Pinbus.start({
      config: {
        entities: [
          { id: 'porch_lamp', platform: 'switch', line: LINES.porch_lamp },
          { id: 'stairs', platform: 'light', line: LINES.stairs },
          { id: 'gate', platform: 'button', line: LINES.gate },
          { id: 'hall_motion', platform: 'binary_sensor', line: 23 },
        ],
      },
    });
    house = await Caller.connect(pinbus.port);
    client = await LoadClient.connect(pinbus.port, CLIENT);
    rejections = [];
    states = [];
    client.onMessage = (topic, payload, { retain }) => {
      if (topic.endsWith('/rejected')) rejections.push(JSON.parse(payload.toString('utf8')) as Rejection);
      else if (!retain) states.push({ topic, payload: payload.toString('utf8') });
    };
    await client.subscribe('pinbus/v1/porch/rejected', 1);
    await client.subscribe('pinbus/v1/porch/+/state', 1);
  });

  afterAll(async () => {
    await pinbus?.dispose();
  });

  /** Publishes bytes and gives the one answer that follows. */
  async function rejectionOf(topic: string, payload: string | Buffer, retain = false): Promise<Rejection> {
    rejections.length = 0;
    const bytes = publishPacket(topic, payload, 1, client.nextId(), retain);
    await client.write(bytes);
    await client.ping();
    const found = await until(`an answer to ${topic} ${payload.toString().slice(0, 60)}`, () => rejections[0], 2_000);
    expect(rejections).toHaveLength(1);
    return found;
  }

  describe.each(COMMANDS)('$entity', ({ entity, wrong }) => {
    const payloads = [...wrong, Buffer.from([0xff, 0xfe, 0x00]), Buffer.from([0xc0, 0xaf])];
    test.each(payloads.map((payload) => ({ payload, shown: payload.toString().slice(0, 30) })))(
      '"$shown"',
      async ({ payload }) => {
        states.length = 0;
        const rejection = await rejectionOf(set(entity), payload);
        expect(rejection).toMatchObject({ topic: set(entity), client: CLIENT });
        expect(rejection.code).toMatch(/^[A-Z]+(?:_[A-Z0-9]+)+$/);
        expect(rejection.message.length).toBeGreaterThan(10);
        expect(rejection.message.length).toBeLessThan(1_000);
        expect((await house.line(LINES[entity])).level).toBe(false);
        expect(states).toEqual([]);
      },
    );
  });

  test.each([
    { what: 'a retained command', topic: set('porch_lamp'), payload: 'ON', retain: true },
    { what: 'an entity that is not there', topic: set('nobody'), payload: 'ON', retain: false },
    { what: 'an entity that takes no commands', topic: set('hall_motion'), payload: 'ON', retain: false },
  ])('$what', async ({ topic, payload, retain }) => {
    states.length = 0;
    expect(await rejectionOf(topic, payload, retain)).toMatchObject({ topic, client: CLIENT });
    expect((await house.line(LINES.porch_lamp)).level).toBe(false);
    expect(states).toEqual([]);
  });

  test('after all of it the right command still works', async () => {
    client.publish(set('porch_lamp'), 'ON');
    await until('ON', () => states.some(({ payload }) => payload === 'ON'));
    expect((await house.line(LINES.porch_lamp)).level).toBe(true);
    expect(pinbus.program.exit).toBeUndefined();
  });
});
