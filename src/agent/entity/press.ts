/**
 * Recognises presses in a debounced level. Times are milliseconds on the monotonic clock.
 *
 * idle: released. down: pressed for the `count`th time, and it is not clear yet what it becomes. up: released after as many
 * presses, and another one may follow. told: pressed, and the event is out; `hold_ms` is when it is told that it still is.
 */
export type PressState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'down'; readonly since_ms: number; readonly count: number }
  | { readonly kind: 'up'; readonly since_ms: number; readonly count: number }
  | { readonly kind: 'told'; readonly since_ms?: number; readonly hold_ms?: number };

export type PressEventType = 'press' | 'double_press' | 'triple_press' | 'long_press' | 'hold' | 'release';

export interface PressEvent {
  readonly event_type: PressEventType;
  /** How long the button was held until then: of `hold` and `release`. */
  readonly held_ms?: number;
}

/** What is recognised beside a press; a missing one costs no waiting. */
export interface PressTimes {
  /** From the end of one press to the beginning of the next that belongs to it. */
  readonly double_press?: number;
  /** Whether a third one can belong to it. */
  readonly triple_press?: boolean;
  /** From the beginning of a press to its long_press. */
  readonly long_press?: number;
  /** From a long_press to its first hold, and from one to the next. */
  readonly hold_repeat?: number;
  /** Whether the end of each press is told. */
  readonly release?: boolean;
}

export interface PressStep {
  readonly state: PressState;
  /** In the order that they happened. */
  readonly events: readonly PressEvent[];
}

/** Milliseconds of a press after which no hold is told any more: something lies on the button. */
const LONGEST_HOLD_MS = 60_000;

const BY_COUNT = ['press', 'double_press', 'triple_press'] as const;

/** The state before anything is known but the level: a button that is held already is not pressed now. */
export const pressAtStart = (pressed: boolean): PressState => (pressed ? { kind: 'told' } : { kind: 'idle' });

export function eventTypes(times: PressTimes): readonly PressEventType[] {
  const types: PressEventType[] = BY_COUNT.slice(0, mostPresses(times));
  if (times.long_press !== undefined) types.push('long_press');
  if (times.long_press !== undefined && times.hold_repeat !== undefined) types.push('hold');
  if (times.release === true) types.push('release');
  return types;
}

/** When `elapse` has something to say; undefined: never, without another edge. */
export function deadline(state: PressState, times: PressTimes): number | undefined {
  switch (state.kind) {
    case 'down':
      return times.long_press !== undefined && state.count === 1 ? state.since_ms + times.long_press : undefined;
    case 'up':
      return times.double_press === undefined ? undefined : state.since_ms + times.double_press;
    case 'told':
      return state.hold_ms;
    default:
      return undefined;
  }
}

/** What time alone decides. However late it is asked, of the holds that were missed only the last one is told. */
export function elapse(state: PressState, now_ms: number, times: PressTimes): PressStep {
  const due_ms = deadline(state, times);
  if (due_ms === undefined || now_ms < due_ms) return { state, events: [] };
  if (state.kind === 'up') return { state: { kind: 'idle' }, events: [tellCount(state.count)] };
  if (state.kind === 'told') return hold(state.since_ms ?? due_ms, due_ms, now_ms, times);
  if (state.kind !== 'down') return { state, events: [] };
  const long = held(state.since_ms, due_ms, times);
  const later = elapse(long, now_ms, times);
  return { state: later.state, events: [{ event_type: 'long_press' }, ...later.events] };
}

/** The level changed at `at_ms`. What time had decided before comes first, however late the timer is. */
export function onPress(before: PressState, pressed: boolean, at_ms: number, times: PressTimes): PressStep {
  const { state, events } = elapse(before, at_ms, times);
  const next = pressed ? begin(state, at_ms, times) : end(state, at_ms, times);
  return { state: next.state, events: [...events, ...next.events] };
}

function begin(state: PressState, at_ms: number, times: PressTimes): PressStep {
  if (state.kind !== 'idle' && state.kind !== 'up') return { state, events: [] };
  const count = state.kind === 'up' ? state.count + 1 : 1;
  const clear = count === mostPresses(times) && (count > 1 || times.long_press === undefined);
  return clear
    ? { state: { kind: 'told', since_ms: at_ms }, events: [tellCount(count)] }
    : { state: { kind: 'down', since_ms: at_ms, count }, events: [] };
}

function end(state: PressState, at_ms: number, times: PressTimes): PressStep {
  if (state.kind !== 'told' && state.kind !== 'down') return { state, events: [] };
  const released = release(state.since_ms, at_ms, times);
  if (state.kind === 'told') return { state: { kind: 'idle' }, events: released };
  return state.count === mostPresses(times)
    ? { state: { kind: 'idle' }, events: [tellCount(state.count), ...released] }
    : { state: { kind: 'up', since_ms: at_ms, count: state.count }, events: released };
}

function hold(since_ms: number, due_ms: number, now_ms: number, times: PressTimes): PressStep {
  const repeat_ms = times.hold_repeat ?? Number.POSITIVE_INFINITY;
  const last_ms = due_ms + Math.floor((now_ms - due_ms) / repeat_ms) * repeat_ms;
  return {
    state: held(since_ms, last_ms, times),
    events: [{ event_type: 'hold', held_ms: Math.round(last_ms - since_ms) }],
  };
}

/** Told, and told again while it is held. */
function held(since_ms: number, told_ms: number, { hold_repeat }: PressTimes): PressState {
  const hold_ms = told_ms + (hold_repeat ?? Number.POSITIVE_INFINITY);
  return hold_ms - since_ms <= LONGEST_HOLD_MS ? { kind: 'told', since_ms, hold_ms } : { kind: 'told', since_ms };
}

function release(since_ms: number | undefined, at_ms: number, times: PressTimes): readonly PressEvent[] {
  if (times.release !== true || since_ms === undefined) return [];
  return [{ event_type: 'release', held_ms: Math.round(at_ms - since_ms) }];
}

const mostPresses = ({ double_press, triple_press }: PressTimes): number =>
  double_press === undefined ? 1 : triple_press === true ? 3 : 2;

const tellCount = (count: number): PressEvent => ({ event_type: BY_COUNT[count - 1] ?? 'press' });
