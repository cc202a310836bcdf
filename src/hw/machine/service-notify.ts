import type { LibraryHandle } from 'koffi';

/** A function of the C library. */
type KoffiFunction = ReturnType<LibraryHandle['func']>;

/** From the kernel's headers, the same on every Linux architecture that Node runs on. */
const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const MSG_NOSIGNAL = 0x4000;
/** Length of `sun_path` [unix(7)]. */
const SUN_PATH_BYTES = 108;

/** A service manager that wants to know how the node is doing. */
export interface ServiceNotify {
  /** Start is complete, or a reload is. */
  ready(status: string): void;
  /** A reload has begun; `ready` ends it. */
  reloading(): void;
  stopping(): void;
  /** One line for `systemctl status`. */
  status(text: string): void;
  /** Still alive; has to come within `watchdog_ms`. */
  watchdog(): void;
  /** The longest time between two `watchdog` calls in milliseconds; undefined when the manager does not watch. */
  readonly watchdog_ms: number | undefined;
  close(): void;
}

/**
 * sd_notify(3) without libsystemd: datagrams to the socket in NOTIFY_SOCKET, which Node's own modules cannot send.
 * Undefined when no service manager asks, and then nothing is loaded.
 * Throws when the socket cannot be made or its address is not one; a datagram that does not arrive is given up, as
 * sd_notify(3) advises.
 */
export async function openServiceNotify(
  env: Readonly<Record<string, string | undefined>>,
): Promise<ServiceNotify | undefined> {
  const target = env['NOTIFY_SOCKET'];
  if (target === undefined || target === '') return undefined;
  const address = socketAddress(target);
  const socket = await DatagramSocket.open();
  const send = (...lines: readonly string[]): void => socket.send(`${lines.join('\n')}\n`, address);
  return {
    ready: (status) => send('READY=1', `STATUS=${oneLine(status)}`),
    // MONOTONIC_USEC is what Type=notify-reload tells a reload from an earlier one by [sd_notify(3)].
    reloading: () => send('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`),
    stopping: () => send('STOPPING=1'),
    status: (text) => send(`STATUS=${oneLine(text)}`),
    watchdog: () => send('WATCHDOG=1'),
    watchdog_ms: watchdogInterval(env),
    close: () => socket.close(),
  };
}

/** WATCHDOG_USEC, unless it is meant for another process [sd_watchdog_enabled(3)]. */
function watchdogInterval(env: Readonly<Record<string, string | undefined>>): number | undefined {
  const pid = env['WATCHDOG_PID'];
  if (pid !== undefined && pid !== String(process.pid)) return undefined;
  const microseconds = Number(env['WATCHDOG_USEC']);
  return Number.isFinite(microseconds) && microseconds > 0 ? microseconds / 1000 : undefined;
}

/** A `struct sockaddr_un`: the family, then a path with a zero at its end, or `@name` as an abstract name. */
function socketAddress(target: string): Buffer {
  const abstract = target.startsWith('@');
  if (!abstract && !target.startsWith('/')) throw new Error(`NOTIFY_SOCKET is neither a path nor @name: ${target}`);
  const path = abstract ? `\0${target.slice(1)}` : `${target}\0`;
  const length = Buffer.byteLength(path);
  if (length > SUN_PATH_BYTES) throw new Error(`NOTIFY_SOCKET has ${length} bytes, ${SUN_PATH_BYTES} are possible`);
  const address = Buffer.alloc(2 + length);
  // Every board that Node 20 runs on is little-endian.
  address.writeUInt16LE(AF_UNIX, 0);
  address.write(path, 2);
  return address;
}

/** A line break would begin another assignment. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ');
}

class DatagramSocket {
  readonly #fd: number;
  readonly #sendto: KoffiFunction;
  readonly #close: KoffiFunction;

  private constructor(fd: number, sendto: KoffiFunction, close: KoffiFunction) {
    this.#fd = fd;
    this.#sendto = sendto;
    this.#close = close;
  }

  static async open(): Promise<DatagramSocket> {
    const { default: koffi } = await import('koffi');
    // The process itself: Node is linked with the C library, whatever that is called here.
    const libc = koffi.load(null);
    const socket = libc.func('int socket(int domain, int type, int protocol)');
    const sendto = libc.func(
      'intptr_t sendto(int fd, const void *data, size_t size, int flags, const void *address, uint32_t address_size)',
    );
    const fd: unknown = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (typeof fd !== 'number' || fd < 0) throw new Error(`socket(AF_UNIX, SOCK_DGRAM) failed, errno ${koffi.errno()}`);
    return new DatagramSocket(fd, sendto, libc.func('int close(int fd)'));
  }

  send(text: string, address: Buffer): void {
    const data = Buffer.from(text);
    this.#sendto(this.#fd, data, data.length, MSG_NOSIGNAL, address, address.length);
  }

  close(): void {
    this.#close(this.#fd);
  }
}
