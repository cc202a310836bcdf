import { deserialize, serialize } from 'node:v8';
import type { Call, TableName } from './protocol.ts';

/** Of a parcel as it begins, in bytes: some fifty short messages. */
const FIRST_BYTES = 8 * 1024;

/** What comes next. `same`: as the call before had it in that place. Whatever is no other of these is `serialized`. */
const TAG = { same: 0, null: 1, number: 2, text: 3, bytes: 4, serialized: 5 } as const;

/** The first byte of a call. */
const CALL = { asked: 1, names_method: 2 } as const;

/**
 * Calls on their way to the thread that has the database, in one piece of memory: as objects each would be copied field by
 * field, with an ArrayBuffer for its payload. A call is its first byte, the table and the method where they are not those of
 * the call before, how many arguments there are (uint8), and each of them behind its tag; a length is a uint32.
 */
export class Parcel {
  #bytes: Buffer = NOTHING;
  #view = viewOf(NOTHING);
  #at = 0;
  #table: TableName | undefined;
  #method = '';
  #args: readonly unknown[] = [];
  /** In it. */
  calls = 0;

  /** Gives the bytes of the texts and payloads. */
  add([table, method, args]: Call, asked: boolean): number {
    const is_known = table === this.#table && method === this.#method;
    this.#room(1);
    this.#view.setUint8(this.#at++, (asked ? CALL.asked : 0) + (is_known ? 0 : CALL.names_method));
    if (!is_known) {
      this.#text(table);
      this.#text(method);
    }
    const before = is_known ? this.#args : [];
    this.#room(1);
    this.#view.setUint8(this.#at++, args.length);
    let kept = 0;
    for (let place = 0; place < args.length; place++) {
      const arg = args[place];
      if (arg === before[place] && place < before.length && typeof arg !== 'object') {
        this.#tag(TAG.same);
        if (typeof arg === 'string') kept += arg.length;
      } else kept += this.#argument(arg);
    }
    this.#table = table;
    this.#method = method;
    this.#args = args;
    this.calls += 1;
    return kept;
  }

  /** Hands out what is in it, in memory of its own, and is empty. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#at);
    this.#bytes = NOTHING;
    this.#view = viewOf(NOTHING);
    this.#at = 0;
    this.#table = undefined;
    this.#args = [];
    this.calls = 0;
    return taken;
  }

  #argument(arg: unknown): number {
    if (typeof arg === 'number') {
      this.#tag(TAG.number);
      this.#room(8);
      this.#view.setFloat64(this.#at, arg);
      this.#at += 8;
      return 0;
    }
    if (arg === null) {
      this.#tag(TAG.null);
      return 0;
    }
    if (typeof arg === 'string') {
      this.#tag(TAG.text);
      return this.#text(arg);
    }
    const isBytes = arg instanceof Uint8Array;
    this.#tag(isBytes ? TAG.bytes : TAG.serialized);
    return this.#data(isBytes ? arg : serialize(arg));
  }

  #tag(tag: number): void {
    this.#room(1);
    this.#view.setUint8(this.#at++, tag);
  }

  #text(text: string): number {
    // UTF-8 has three bytes at most for each unit of UTF-16.
    this.#room(4 + text.length * 3);
    const bytes = this.#bytes.write(text, this.#at + 4);
    this.#view.setUint32(this.#at, bytes);
    this.#at += 4 + bytes;
    return bytes;
  }

  #data(data: Uint8Array): number {
    this.#room(4 + data.byteLength);
    this.#view.setUint32(this.#at, data.byteLength);
    this.#bytes.set(data, this.#at + 4);
    this.#at += 4 + data.byteLength;
    return data.byteLength;
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, this.#bytes.length * 2, this.#at + bytes));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
    this.#view = viewOf(larger);
  }
}

/** Calls back with each call of a parcel, in order. `args` is another list at the next call, whose elements may be kept. */
export function unpackParcel(
  packed: Uint8Array,
  make: (table: string, method: string, args: readonly unknown[], asked: boolean) => void,
): void {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const view = viewOf(bytes);
  let at = 0;
  /** Moves behind a text or data, and gives where it begins. */
  const pass = (): number => {
    const begin = at + 4;
    at = begin + view.getUint32(at);
    return begin;
  };
  const text = (): string => {
    const begin = pass();
    return bytes.toString('utf8', begin, at);
  };
  let [table, method] = ['', ''];
  const args: unknown[] = [];
  while (at < bytes.length) {
    const head = view.getUint8(at++);
    if (head & CALL.names_method) [table, method] = [text(), text()];
    args.length = view.getUint8(at++);
    for (let place = 0; place < args.length; place++) {
      const tag = view.getUint8(at++);
      if (tag === TAG.same) continue;
      if (tag === TAG.null) args[place] = null;
      else if (tag === TAG.number) {
        args[place] = view.getFloat64(at);
        at += 8;
      } else if (tag === TAG.text) args[place] = text();
      else if (tag === TAG.bytes) args[place] = bytes.subarray(pass(), at);
      else args[place] = deserialize(bytes.subarray(pass(), at));
    }
    make(table, method, args, (head & CALL.asked) !== 0);
  }
}

const NOTHING = Buffer.alloc(0);
const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
