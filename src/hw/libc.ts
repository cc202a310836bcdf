import { constants } from 'node:os';
import type koffi from 'koffi';
import { HardwareError } from './errors.ts';

/** The two things that hardware needs of the system and Node has no call for. */
export interface Libc {
  /**
   * ioctl(2) with a structure that the kernel reads and writes in place, or with a number.
   * @throws SystemError
   */
  ioctl(fd: number, request: number, argument: Buffer | number): void;
  /**
   * Calls back from the event loop each time that `fd` has something to read or has failed, until it is closed. It is the
   * loop's own epoll that waits: no thread, no timer. Makes `fd` non-blocking.
   */
  whenReadable(fd: number, callback: () => void): { close(): void };
}

/** What a system call failed with; `code` is the errno's name, as in Node's own errors. */
export class SystemError extends Error {
  readonly code: string;

  constructor(call: string, errno: number) {
    const code = NAMES.get(errno) ?? `errno ${errno}`;
    super(`${call}: ${code}`);
    this.name = 'SystemError';
    this.code = code;
  }
}

/** 524 is the kernel's own ENOTSUPP, which gpiolib lets through to user space. */
const NAMES: ReadonlyMap<number, string> = new Map([
  ...Object.entries(constants.errno).map(([name, errno]) => [errno, name] as const),
  [524, 'ENOTSUPP'],
]);

/** @throws HardwareError HW_PACKAGE_MISSING where koffi has no binary for this machine, or npm left it out */
export async function openLibc(): Promise<Libc> {
  const koffi = await loadKoffi();
  // The process itself: Node is linked with the C library, whatever that is called here.
  const ioctl = koffi.load(null).func('int ioctl(int fd, unsigned long request, ...)');
  return {
    ioctl: (fd, request, argument) => {
      const result: unknown = ioctl(fd, request, typeof argument === 'number' ? 'long' : 'void *', argument);
      if (result === -1) throw new SystemError('ioctl', koffi.errno());
    },
    // koffi calls back outside of Node's own bookkeeping: promises settled in there would wait for the next event, and what
    // it throws would be lost. An immediate runs in the same turn of the loop, and properly.
    whenReadable: (fd, callback) => koffi.node.poll(fd, () => void setImmediate(callback)),
  };
}

async function loadKoffi(): Promise<typeof koffi> {
  try {
    return (await import('koffi')).default;
  } catch (cause) {
    const message = 'pins and I2C need the npm package koffi, which does not load here';
    throw new HardwareError('HW_PACKAGE_MISSING', message, { cause });
  }
}
