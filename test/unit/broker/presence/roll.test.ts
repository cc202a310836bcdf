import { expect, test } from 'vitest';
import { milliseconds } from '#topics';
import { Roll } from '../../../../src/broker/presence/roll.ts';
import { Traffic } from '../../../../src/broker/presence/traffic.ts';
import type { Connection } from '../../../../src/broker/wire/connection.ts';

const WALL = Date.UTC(2026, 0, 1);
const at = (now_ms: number) => ({ wall: WALL + now_ms, now_ms });

/** As much of a connection as presence looks at; heard at 0. */
function connection(id: string, expiry_s = 0): Connection {
  const traffic = Object.assign(new Traffic(), { heard_ms: 0, published_ms: 0 });
  const admission = { identity: { user: 'anna' }, session: { state: { expiry_s } } };
  return {
    id,
    address: '192.0.2.7:4711',
    version: 5,
    traffic,
    admission,
    terms: { keepAlive_s: 60 },
  } as unknown as Connection;
}

const told = (roll: Roll, now_ms: number) =>
  roll.news(100, at(now_ms)).map(({ client, presence }) => [client, presence?.connected]);

test('who came is told of after a second, with all that is known', () => {
  const roll = new Roll();
  roll.came(connection('tv'), at(0));
  expect(told(roll, 999)).toEqual([]);
  expect(roll.news(100, at(1_000))).toEqual([
    {
      client: 'tv',
      presence: {
        connected: true,
        healthy: true,
        since: '2026-01-01T00:00:00.000Z',
        last_seen: '2026-01-01T00:00:00.000Z',
        address: '192.0.2.7:4711',
        user: 'anna',
        protocol: '5.0',
        keep_alive_s: 60,
        messages_in: 0,
        messages_out: 0,
      },
    },
  ]);
  expect(told(roll, 2_000)).toEqual([]);
});

test('who comes and leaves at once is not worth a message, unless a session waits for it', () => {
  const roll = new Roll();
  const clients = [connection('visitor'), connection('sleeper', 3_600)];
  for (const each of clients) roll.came(each, at(0));
  for (const each of clients) roll.left(each, at(300));
  expect(told(roll, 2_000)).toEqual([['sleeper', false]]);
});

test('whose session waits since before the start is told of as away, until it expires or its client comes', () => {
  const roll = new Roll();
  const waiting = (clientId: string, expiry_s: number) => ({ clientId, user: 'anna', state: { expiry_s } });
  for (const [id, expiry_s] of [
    ['tv', 3_600],
    ['shed', 3_600],
  ] as const) {
    roll.waits(waiting(id, expiry_s), at(0));
  }
  roll.came(connection('shed', 3_600), at(500));
  expect(roll.news(100, at(2_000))).toMatchObject([
    { client: 'tv', presence: { connected: false, healthy: false, user: 'anna' } },
    { client: 'shed', presence: { connected: true } },
  ]);
  expect(told(roll, 3_599_000)).toEqual([]);
  expect(told(roll, 3_600_000)).toEqual([['tv', undefined]]);
});

test('who left is told of, and after ten minutes forgotten', () => {
  const roll = new Roll();
  const tv = connection('tv');
  roll.came(tv, at(0));
  told(roll, 1_000);
  roll.left(tv, at(5_000));
  expect(told(roll, 6_000)).toEqual([['tv', false]]);
  expect(told(roll, 604_999)).toEqual([]);
  expect(told(roll, 605_000)).toEqual([['tv', undefined]]);
  expect(roll.size).toBe(0);
});

test('whoever has a session that waits is told of for as long as it waits', () => {
  const roll = new Roll();
  const tv = connection('tv', 7_200);
  roll.came(tv, at(0));
  told(roll, 1_000);
  roll.left(tv, at(5_000));
  told(roll, 6_000);
  expect(told(roll, 7_204_999)).toEqual([]);
  expect(told(roll, 7_205_000)).toEqual([['tv', undefined]]);
});

test('a takeover is no leaving', () => {
  const roll = new Roll();
  const [old, young] = [connection('tv'), connection('tv')];
  roll.came(old, at(0));
  told(roll, 1_000);
  roll.came(young, at(5_000));
  roll.left(old, at(5_000));
  expect(told(roll, 6_000)).toEqual([['tv', true]]);
});

test('what a client sends makes its topic new every five minutes, and silence never', () => {
  const roll = new Roll();
  const tv = connection('tv');
  roll.came(tv, at(0));
  told(roll, 1_000);
  tv.traffic.heard_ms = 30_000;
  expect(told(roll, 300_999)).toEqual([]);
  expect(told(roll, 301_000)).toEqual([['tv', true]]);
  expect(told(roll, 900_000)).toEqual([]);
});

test('whoever is expected has a topic before it comes, and is unhealthy after twice its heartbeat without a message', () => {
  const roll = new Roll();
  roll.expect([{ id: 'shed', heartbeat: milliseconds(10_000) }], at(0));
  expect(roll.news(100, at(1_000))).toEqual([{ client: 'shed', presence: { connected: false, healthy: false } }]);
  const shed = connection('shed');
  shed.traffic.published_ms = 2_000;
  roll.came(shed, at(2_000));
  const healthy = (now_ms: number) => roll.news(100, at(now_ms)).map(({ presence }) => presence?.healthy);
  expect(healthy(3_000)).toEqual([true]);
  // A PINGREQ is the client's library; a message is the client.
  shed.traffic.heard_ms = 20_000;
  expect(healthy(22_000)).toEqual([]);
  expect(healthy(22_001)).toEqual([false]);
  shed.traffic.published_ms = 23_000;
  expect(healthy(23_500)).toEqual([true]);
  roll.left(shed, at(30_000));
  expect(healthy(31_000)).toEqual([false]);
  expect(told(roll, 10_000_000)).toEqual([]);
});

test('with as many as it holds, who left first makes room, and its topic goes', () => {
  const roll = new Roll();
  const clients = Array.from({ length: 4_096 }, (_, index) => connection(`c${index}`));
  for (const client of clients) roll.came(client, at(0));
  while (told(roll, 1_000).length > 0);
  const [first, second] = clients;
  if (first === undefined || second === undefined) throw new Error('no clients');
  roll.came(connection('too many'), at(1_500));
  roll.left(second, at(2_000));
  roll.left(first, at(2_001));
  roll.came(connection('fits'), at(2_002));
  expect(told(roll, 2_500)).toEqual([['c1', undefined]]);
  expect(told(roll, 3_500)).toEqual([
    ['c0', false],
    ['fits', true],
  ]);
  expect(roll.size).toBe(4_096);
});
