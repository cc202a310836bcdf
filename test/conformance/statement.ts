import type { Subject } from './subject.ts';

/** Numbers of normative statements without their brackets: `3.1.0-1` is [MQTT-3.1.0-1]. */
export type Clauses = string | readonly string[];

type Check = (broker: Subject) => Promise<void>;

/** What the specifications demand, in words of our own, and what shows that it is so. */
export interface Statement {
  /** In MQTT 3.1.1. */
  readonly v3?: Clauses;
  /** In MQTT 5.0. */
  readonly v5?: Clauses;
  readonly says: string;
  /** Runs for each version that has the statement. Undefined: `untested` says why. */
  readonly check?: Check;
  readonly untested?: string;
  /** Why mosquitto is not asked as well, in a version or in both. */
  readonly mosquitto?: string | { readonly v3?: string; readonly v5?: string };
}

/** Binds who connects, not who listens. */
export const CLIENT = 'binds the client';
/** Shown by the checks of the packets it speaks of, or not to be seen from outside. */
export const DEFINITION = 'a definition: the statements about each packet show it';

export const clausesOf = (clauses: Clauses | undefined): readonly string[] =>
  clauses === undefined ? [] : typeof clauses === 'string' ? [clauses] : clauses;

/** Why mosquitto is left out of a check; undefined: it agrees. */
export function differs({ mosquitto }: Statement, version: 4 | 5): string | undefined {
  if (mosquitto === undefined || typeof mosquitto === 'string') return mosquitto;
  return version === 4 ? mosquitto.v3 : mosquitto.v5;
}
