import type { ClientStream } from '../listeners/client-stream.ts';
import type { Outlet } from './outlet.ts';

/** How long a client may take to read what it is told last. */
const LINGER_MS = 1_000;

/** Lets what was written last go out; what still comes in is thrown away, for unread bytes would reset the connection. */
export function linger(socket: ClientStream, outlet: Outlet): void {
  outlet.flush();
  socket.resume();
  socket.end();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
