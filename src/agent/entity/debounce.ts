import type { Edge, Level } from '#hw';

/**
 * A debounced level: the last one that was still for long enough, and a change that may become the next. Times are
 * milliseconds on the monotonic clock.
 */
export interface Debounced {
  readonly level: Level;
  /** The line left `level`; it counts at `due_ms` unless it comes back before. */
  readonly change?: { readonly since_ms: number; readonly due_ms: number };
}

/** How long the line has to be still, in milliseconds, before it is active and before it is inactive. */
export interface Stillness {
  readonly active_ms: number;
  readonly inactive_ms: number;
}

export function onEdge(state: Debounced, edge: Edge, still: Stillness): Debounced {
  const { level } = settle(state, edge.at_ms);
  if (edge.level === level) return { level };
  // An edge to a level that the line has already means that one was lost in between: it was not still.
  const due_ms = edge.at_ms + (edge.level ? still.active_ms : still.inactive_ms);
  return { level, change: { since_ms: edge.at_ms, due_ms } };
}

/** The state at `now_ms`, once the time of a change has come. */
export function settle(state: Debounced, now_ms: number): Debounced {
  return state.change && now_ms >= state.change.due_ms ? { level: !state.level } : state;
}
