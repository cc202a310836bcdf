import { MESSAGE_CLASSES, type MessageClass } from '#topics';
import { type Use, type UseOfClasses, whole } from './bounds.ts';
import type { Oldest, OldestOfClasses, Removal, Share } from './removal.ts';

/** A lane of the outbox. */
export interface Lane {
  readonly name: string;
  /** Its place in `wanted_by`. */
  readonly bit: number;
  /** Up to this number it is history. */
  history: number;
  /** Messages that it owes. */
  depth: number;
}

interface ClassAccount {
  messages: number;
  bytes: number;
  /** On their way to the disk. */
  coming: { messages: number; bytes: number };
  oldest: Oldest | undefined;
}

/** How much is in the outbox, as the table has it: by class, and of each lane. */
export class Accounts {
  readonly lanes = new Map<string, Lane>();
  readonly #classes: Readonly<Record<MessageClass, ClassAccount>> = {
    event: empty(),
    command: empty(),
    state: empty(),
    telemetry: empty(),
  };

  of(each: MessageClass): Readonly<Use> & { readonly oldest: Oldest | undefined } {
    return this.#classes[each];
  }

  /** On disk. */
  get whole(): Use {
    return whole(this.#classes);
  }

  /** With what is on its way to the disk, without that part. */
  useWithout(part: UseOfClasses): UseOfClasses {
    const use = (each: MessageClass): Use => {
      const { messages, bytes, coming } = this.#classes[each];
      return {
        messages: messages + coming.messages - part[each].messages,
        bytes: bytes + coming.bytes - part[each].bytes,
      };
    };
    return { event: use('event'), command: use('command'), state: use('state'), telemetry: use('telemetry') };
  }

  get oldest(): Oldest | undefined {
    let oldest: Oldest | undefined;
    for (const each of MESSAGE_CLASSES) {
      const of = this.#classes[each].oldest;
      if (of !== undefined && (oldest === undefined || of.run_ms < oldest.run_ms)) oldest = of;
    }
    return oldest;
  }

  /** Found on disk at the start. */
  load(shares: Iterable<Share>, oldest: OldestOfClasses): void {
    this.#count(shares, 1);
    for (const each of MESSAGE_CLASSES) this.#classes[each].oldest = oldest[each];
  }

  coming({ class: of, rows, bytes }: Share): void {
    const { coming } = this.#classes[of];
    coming.messages += rows;
    coming.bytes += bytes;
  }

  /** What was coming is on disk, or will never be. */
  came(shares: Iterable<Share>, onDisk: boolean, firsts: Partial<OldestOfClasses>): void {
    const list = [...shares];
    for (const { class: of, rows, bytes } of list) this.coming({ wanted_by: 0, class: of, rows: -rows, bytes: -bytes });
    if (!onDisk) return;
    this.#count(list, 1);
    for (const each of MESSAGE_CLASSES) this.#classes[each].oldest ??= firsts[each];
  }

  /** Gone for every lane that wanted it. */
  dropped({ shares, oldest }: Removal): void {
    this.#count(shares, -1);
    this.#age(oldest);
  }

  /** A lane wants so many less; what left the disk was wanted by it alone. */
  settled(lane: Lane, messages: number, { shares, oldest }: Removal): void {
    lane.depth -= messages;
    for (const share of shares) this.#add(share, -1);
    this.#age(oldest);
  }

  #count(shares: Iterable<Share>, sign: 1 | -1): void {
    for (const share of shares) {
      this.#add(share, sign);
      for (const lane of this.lanes.values()) if (has(share.wanted_by, lane.bit)) lane.depth += sign * share.rows;
    }
  }

  #add({ class: of, rows, bytes }: Share, sign: 1 | -1): void {
    this.#classes[of].messages += sign * rows;
    this.#classes[of].bytes += sign * bytes;
  }

  /** None: what came on disk after the removal looked is known already. */
  #age(oldest: OldestOfClasses): void {
    for (const each of MESSAGE_CLASSES) {
      const account = this.#classes[each];
      account.oldest = oldest[each] ?? (account.messages === 0 ? undefined : account.oldest);
    }
  }
}

/** `&` on numbers stops at 32 bits. */
export const has = (mask: number, bit: number): boolean => Math.floor(mask / 2 ** bit) % 2 === 1;

const empty = (): ClassAccount => ({ messages: 0, bytes: 0, coming: { messages: 0, bytes: 0 }, oldest: undefined });
