import { prettyFactory } from 'pino-pretty';

/** From a line of JSON to one for a person. */
export const prettyLine = (): ((line: string) => string) =>
  prettyFactory({
    singleLine: true,
    colorize: true,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'component',
    messageFormat: '{component}: {msg}',
  });
