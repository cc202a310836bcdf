import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Which way bytes go: `up` is towards the upstream. */
export type Way = 'up' | 'down';

/** What is wrong with the link; each part holds for the connections there are as well as for those to come. */
export interface LinkFaults {
  /** Connections are reset as they come. */
  readonly refuses: boolean;
  /** Bytes go nowhere on these ways until it is over, and no connection ends by it: nobody is told. */
  readonly swallows: readonly Way[];
  /** Bytes of a write; 0 is no bound. */
  readonly slice: number;
  /** On each way; 0 is no bound. */
  readonly bytes_per_s: number;
  /** One way, in milliseconds. */
  readonly delay_ms: number;
}

const NONE: LinkFaults = { refuses: false, swallows: [], slice: 0, bytes_per_s: 0, delay_ms: 0 };
/** What a way may hold on to, in bytes: then the sender has to wait, as it does before a full pipe. */
const HELD = 1024 * 1024;

/** A TCP proxy on a loopback port before an upstream: the link that breaks, hangs, crawls or takes its time. */
export class FaultProxy {
  readonly #server: Server;
  readonly #target: number;
  readonly #pairs = new Set<Pair>();
  #faults = NONE;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => this.#accept(socket));
  }

  static async start(target_port: number): Promise<FaultProxy> {
    const proxy = new FaultProxy(target_port);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections through it now. */
  get connections(): number {
    return this.#pairs.size;
  }

  /** Whether the upstream said something on one of them yet. */
  get state(): 'none' | 'opening' | 'up' {
    if (this.#pairs.size === 0) return 'none';
    return [...this.#pairs].some((pair) => pair.answered) ? 'up' : 'opening';
  }

  /** Replaces whatever was wrong by this. */
  set(faults: Partial<LinkFaults>): void {
    this.#faults = { ...NONE, ...faults };
    for (const pair of this.#pairs) pair.look();
  }

  /** All is well again. */
  heal(): void {
    this.set({});
  }

  /** Ends what there is by RST. */
  reset(): void {
    for (const pair of this.#pairs) pair.reset();
  }

  /** Ends what there is by RST, and takes no more. */
  cut(): void {
    this.set({ refuses: true });
    this.reset();
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.reset();
    await closed;
  }

  #accept(local: Socket): void {
    if (this.#faults.refuses) {
      local.resetAndDestroy();
      return;
    }
    const remote = connect({ port: this.#target, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    const pair = new Pair(local, remote, () => this.#faults);
    this.#pairs.add(pair);
    void pair.over.then(() => this.#pairs.delete(pair));
  }
}

/** One connection through the proxy. */
class Pair {
  readonly over: Promise<unknown>;
  readonly #ways: readonly Conveyor[];
  readonly #sockets: readonly Socket[];

  constructor(local: Socket, remote: Socket, faults: () => LinkFaults) {
    this.#sockets = [local, remote];
    this.#ways = [new Conveyor('up', local, remote, faults), new Conveyor('down', remote, local, faults)];
    this.over = Promise.all(this.#sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    // A link that swallows bytes swallows an RST as well.
    for (const socket of this.#sockets) socket.on('error', () => faults().swallows.length === 0 && this.reset());
    for (const way of this.#ways) void way.run().catch(() => this.reset());
  }

  get answered(): boolean {
    const [, remote] = this.#sockets;
    return remote !== undefined && remote.bytesRead > 0;
  }

  /** The faults changed. */
  look(): void {
    for (const way of this.#ways) way.wake();
  }

  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
    this.look();
  }
}

interface Held {
  readonly bytes: Buffer;
  readonly came_ms: number;
}

/** Carries bytes one way, in order, as the faults of the moment let them through. */
class Conveyor {
  readonly #way: Way;
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #faults: () => LinkFaults;
  readonly #held: Held[] = [];
  #size = 0;
  #ended = false;
  #waiter: (() => void) | undefined;

  constructor(way: Way, from: Socket, to: Socket, faults: () => LinkFaults) {
    this.#way = way;
    this.#from = from;
    this.#to = to;
    this.#faults = faults;
    from.on('data', (bytes) => {
      this.#held.push({ bytes, came_ms: performance.now() });
      this.#size += bytes.length;
      if (this.#size > HELD) from.pause();
      this.wake();
    });
    for (const event of ['end', 'close']) {
      from.on(event, () => {
        this.#ended = true;
        this.wake();
      });
    }
  }

  wake(): void {
    this.#waiter?.();
  }

  async run(): Promise<void> {
    while (!this.#to.destroyed) {
      const next = this.#held[0];
      if (this.#faults().swallows.includes(this.#way)) await this.#change();
      else if (next !== undefined) await this.#carry(next);
      else if (this.#ended) break;
      else await this.#change();
    }
    this.#to.end();
  }

  async #carry({ bytes, came_ms }: Held): Promise<void> {
    const wait_ms = came_ms + this.#faults().delay_ms - performance.now();
    if (wait_ms > 0) await sleep(wait_ms);
    for (let at = 0; at < bytes.length && !this.#to.destroyed; ) {
      const { slice, bytes_per_s } = this.#faults();
      // A slow link is slow within a write as well: a tenth of a second's worth at a time.
      const most = Math.min(slice || bytes.length, bytes_per_s === 0 ? bytes.length : Math.ceil(bytes_per_s / 10));
      const part = bytes.subarray(at, at + most);
      at += part.length;
      if (!this.#to.write(part)) await this.#drained();
      if (bytes_per_s > 0) await sleep((part.length / bytes_per_s) * 1000);
      // The next slice is a segment of its own only after this one has left.
      else if (slice > 0) await new Promise(setImmediate);
    }
    this.#held.shift();
    this.#size -= bytes.length;
    if (this.#size <= HELD && this.#from.isPaused()) this.#from.resume();
  }

  /** Settles when the receiver has room, or is gone. */
  async #drained(): Promise<void> {
    await new Promise<void>((resolve) => {
      const settle = (): void => {
        this.#to.off('drain', settle).off('close', settle);
        resolve();
      };
      this.#to.on('drain', settle).on('close', settle);
    });
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiter = () => {
        this.#waiter = undefined;
        resolve();
      };
    });
  }
}
