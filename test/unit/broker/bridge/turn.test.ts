import { expect, test } from 'vitest';
import { type Part, turn } from '../../../../src/broker/bridge/turn.ts';
import type { OutboxEntry } from '../../../../src/broker/outbox/outbox.ts';

const entry = (sequence: number): OutboxEntry => ({
  sequence,
  message: { topic: 'lamp', payload: Buffer.alloc(0), qos: 1, retain: false },
  written_at: 0,
  bytes: 100,
});
const EMPTY: Part = { head: undefined, dry: true };
const UNREAD: Part = { head: undefined, dry: false };
const part = (sequence: number): Part => ({ head: entry(sequence), dry: false });
const room = () => true;
const full = () => false;

const states = part(3);
const live = [EMPTY, part(9)];
const history = [EMPTY, part(1)];

test('how things are goes before what happens, and that before what happened', () => {
  expect(turn({ states, live, history }, room, 0)).toMatchObject({ part: states });
  expect(turn({ states: EMPTY, live, history }, room, 0)).toMatchObject({ part: live[1] });
  expect(turn({ states: EMPTY, live: [EMPTY], history }, room, 0)).toMatchObject({ part: history[1] });
});

test('nothing overtakes how things are while that is not all read', () => {
  expect(turn({ states: UNREAD, live, history }, room, 0)).toBeUndefined();
});

test('what only its rate keeps back goes after exactly that pause', () => {
  expect(turn({ states: EMPTY, live: [EMPTY], history }, room, 4)).toEqual({ pause_ms: 4 });
  expect(turn({ states: EMPTY, live: [EMPTY], history }, room, Number.MIN_VALUE)).toEqual({
    pause_ms: Number.MIN_VALUE,
  });
  expect(turn({ states: EMPTY, live: [UNREAD], history }, room, 0)).toMatchObject({ part: history[1] });
});

test('the rate of the history keeps nothing else back', () => {
  expect(turn({ states, live, history }, room, 1_000)).toMatchObject({ part: states });
  expect(turn({ states: EMPTY, live, history }, room, 1_000)).toMatchObject({ part: live[1] });
});

test('with a full window, or nothing left, it waits for an answer or a publish', () => {
  expect(turn({ states, live, history }, full, 0)).toBeUndefined();
  expect(turn({ states: EMPTY, live: [EMPTY], history }, full, 4)).toBeUndefined();
  expect(turn({ states: EMPTY, live: [EMPTY], history: [EMPTY] }, room, 0)).toBeUndefined();
});

test('of what happens and of what happened the most urgent class goes first', () => {
  const [event, telemetry] = [part(9), part(2)];
  expect(turn({ states: EMPTY, live: [event, telemetry], history: [] }, room, 0)).toMatchObject({ part: event });
  expect(turn({ states: EMPTY, live: [UNREAD, telemetry], history: [] }, room, 0)).toMatchObject({ part: telemetry });
  expect(turn({ states: EMPTY, live: [], history: [event, telemetry] }, room, 0)).toMatchObject({ part: event });
});

test('what happened long ago waits for a more urgent class that is not read yet', () => {
  expect(turn({ states: EMPTY, live: [EMPTY], history: [UNREAD, part(1)] }, room, 0)).toBeUndefined();
});
