import type { Socket } from 'node:net';
import type { LimitOptions } from '../options.ts';

/** Above the bound, those that are let through to be told so. */
const TOLD = 64;

/** Sockets by address, from the moment they are there: a handshake and an upgrade take seconds, which nobody has to hurry with. */
export class SocketLimit {
  readonly #limits: () => Pick<LimitOptions, 'connections_per_address'>;
  readonly #sockets = new Map<string, number>();

  constructor(limits: () => Pick<LimitOptions, 'connections_per_address'>) {
    this.#limits = limits;
  }

  /** False: there are too many from its address, and it was closed without a word. */
  admit(socket: Socket): boolean {
    const address = socket.remoteAddress ?? '';
    const here = (this.#sockets.get(address) ?? 0) + 1;
    if (here > this.#limits().connections_per_address + TOLD) {
      socket.destroy();
      return false;
    }
    this.#sockets.set(address, here);
    socket.once('close', () => this.#left(address));
    return true;
  }

  #left(address: string): void {
    const here = (this.#sockets.get(address) ?? 0) - 1;
    if (here > 0) this.#sockets.set(address, here);
    else this.#sockets.delete(address);
  }
}
