import { PinoPretty } from 'pino-pretty';
import type { DestinationStream } from 'pino';

/** Lines for a person, written in this thread: a worker would lose the last ones at an exit. */
export function prettyStream(): DestinationStream {
  return PinoPretty({
    sync: true,
    singleLine: true,
    destination: 1,
    colorize: true,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'component',
    messageFormat: '{component}: {msg}',
  });
}
