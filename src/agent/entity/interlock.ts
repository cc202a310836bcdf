/** One output of a group, as the group sees it. */
export interface InterlockMember {
  /** The id of its entity. */
  readonly id: string;
  /** Another one takes over: go off. */
  yield(): void;
  /** What it waited for may have come. */
  proceed(): void;
}

/**
 * `unknown` until it was read for the first time; `on` from the moment that it may be written on, whatever it reads.
 * Times are milliseconds on the monotonic clock.
 */
type Standing = { readonly kind: 'unknown' | 'on' | 'going_off' } | { readonly kind: 'off'; readonly since_ms: number };

/**
 * Outputs of which at most one is on. One that goes on holds the group from its command until it was read off; it is
 * written only once every other one has been read off, and was so for the dead time.
 */
export class InterlockGroup {
  readonly #standings = new Map<InterlockMember, Standing>();
  #holder: InterlockMember | undefined;

  join(member: InterlockMember): void {
    this.#standings.set(member, { kind: 'unknown' });
  }

  leave(member: InterlockMember): void {
    this.#standings.delete(member);
    if (this.#holder === member) this.#holder = undefined;
    else this.#holder?.proceed();
  }

  /** Who keeps a member from going on: it is on, about to be, or nobody knows. One that is going off does not. */
  rival(member: InterlockMember): InterlockMember | undefined {
    for (const [other, { kind }] of this.#standings) {
      if (other !== member && (kind === 'on' || kind === 'unknown')) return other;
    }
    return undefined;
  }

  /** Who shall go off for a member and was not read off. */
  laggard(member: InterlockMember): InterlockMember | undefined {
    for (const [other, { kind }] of this.#standings) if (other !== member && kind !== 'off') return other;
    return undefined;
  }

  /** From now on the group is this member's; every other one goes off. */
  take(member: InterlockMember): void {
    this.#holder = member;
    this.#standings.set(member, { kind: 'on' });
    for (const [other, { kind }] of this.#standings) if (other !== member && kind !== 'off') other.yield();
  }

  /** Undefined: nobody's. */
  get holder(): InterlockMember | undefined {
    return this.#holder;
  }

  /** The member shall go off, and has not been read yet. */
  goingOff(member: InterlockMember): void {
    if (this.#holder === member) this.#holder = undefined;
    if (this.#standings.get(member)?.kind === 'on') this.#standings.set(member, { kind: 'going_off' });
  }

  /** The member was read off, and is not about to go on. */
  readOff(member: InterlockMember, now_ms: number): void {
    if (this.#holder === member) this.#holder = undefined;
    if (this.#standings.get(member)?.kind === 'off') return;
    this.#standings.set(member, { kind: 'off', since_ms: now_ms });
    this.#holder?.proceed();
  }

  /** Milliseconds that a member still has to wait; Infinity: until another one was read off. */
  wait(member: InterlockMember, dead_time_ms: number, now_ms: number): number {
    let wait_ms = 0;
    for (const [other, standing] of this.#standings) {
      if (other === member) continue;
      if (standing.kind !== 'off') return Number.POSITIVE_INFINITY;
      wait_ms = Math.max(wait_ms, standing.since_ms + dead_time_ms - now_ms);
    }
    return wait_ms;
  }
}

/** The groups of a node, by name. There are as many as the config has ever named. */
export class Interlocks {
  readonly #groups = new Map<string, InterlockGroup>();

  group(name: string): InterlockGroup {
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    const group = new InterlockGroup();
    this.#groups.set(name, group);
    return group;
  }
}
