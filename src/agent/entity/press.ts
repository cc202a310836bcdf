/**
 * Recognises presses in a debounced level. Times are milliseconds on the monotonic clock.
 *
 * idle: released. down: pressed, and it is not clear yet what it becomes. up: released after one press, which becomes a
 * double_press when another one begins in time. told: pressed, and the event is out.
 */
export type PressState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'down'; readonly since_ms: number }
  | { readonly kind: 'up'; readonly since_ms: number }
  | { readonly kind: 'told' };

export type PressEvent = 'press' | 'double_press' | 'long_press';

/** What is recognised beside a press; a missing one costs no waiting. */
export interface PressTimes {
  /** From the end of the first press to the beginning of the second. */
  readonly double_press?: number;
  /** From the beginning of a press to its long_press. */
  readonly long_press?: number;
}

export interface PressStep {
  readonly state: PressState;
  /** In the order that they happened. */
  readonly events: readonly PressEvent[];
}

/** The state before anything is known but the level: a button that is held already is not pressed now. */
export const pressAtStart = (pressed: boolean): PressState => (pressed ? { kind: 'told' } : { kind: 'idle' });

export function eventTypes(times: PressTimes): readonly PressEvent[] {
  const types: PressEvent[] = ['press'];
  if (times.double_press !== undefined) types.push('double_press');
  if (times.long_press !== undefined) types.push('long_press');
  return types;
}

/** When `elapse` has something to say; undefined: never, without another edge. */
export function deadline(state: PressState, times: PressTimes): number | undefined {
  if (state.kind === 'down' && times.long_press !== undefined) return state.since_ms + times.long_press;
  if (state.kind === 'up' && times.double_press !== undefined) return state.since_ms + times.double_press;
  return undefined;
}

/** What time alone decides. */
export function elapse(state: PressState, now_ms: number, times: PressTimes): PressStep {
  const due = deadline(state, times);
  if (due === undefined || now_ms < due) return { state, events: [] };
  return state.kind === 'down'
    ? { state: { kind: 'told' }, events: ['long_press'] }
    : { state: { kind: 'idle' }, events: ['press'] };
}

/** The level changed at `at_ms`. What time had decided before comes first, however late the timer is. */
export function onPress(before: PressState, pressed: boolean, at_ms: number, times: PressTimes): PressStep {
  const { state, events } = elapse(before, at_ms, times);
  const next = pressed ? begin(state, at_ms, times) : end(state, at_ms, times);
  return { state: next.state, events: [...events, ...next.events] };
}

function begin(state: PressState, at_ms: number, times: PressTimes): PressStep {
  if (state.kind === 'up') return { state: { kind: 'told' }, events: ['double_press'] };
  if (state.kind !== 'idle') return { state, events: [] };
  const clear = times.double_press === undefined && times.long_press === undefined;
  return clear
    ? { state: { kind: 'told' }, events: ['press'] }
    : { state: { kind: 'down', since_ms: at_ms }, events: [] };
}

function end(state: PressState, at_ms: number, times: PressTimes): PressStep {
  if (state.kind === 'told') return { state: { kind: 'idle' }, events: [] };
  if (state.kind !== 'down') return { state, events: [] };
  return times.double_press === undefined
    ? { state: { kind: 'idle' }, events: ['press'] }
    : { state: { kind: 'up', since_ms: at_ms }, events: [] };
}
