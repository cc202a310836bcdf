import { BrokerError, type BrokerErrorCode } from '../errors.ts';

const CODES: Readonly<Record<string, BrokerErrorCode>> = {
  EADDRINUSE: 'BROKER_PORT_IN_USE',
  EACCES: 'BROKER_PORT_FORBIDDEN',
  EPERM: 'BROKER_PORT_FORBIDDEN',
  EADDRNOTAVAIL: 'BROKER_HOST_UNAVAILABLE',
  ENOTFOUND: 'BROKER_HOST_UNAVAILABLE',
  EAI_AGAIN: 'BROKER_HOST_UNAVAILABLE',
};

const SENTENCES: Readonly<Partial<Record<BrokerErrorCode, (host: string, port: number) => string>>> = {
  BROKER_PORT_IN_USE: (host, port) => `port ${port} on ${host} is in use by another program`,
  BROKER_PORT_FORBIDDEN: (host, port) => `this user may not listen on port ${port} of ${host}`,
  BROKER_HOST_UNAVAILABLE: (host, port) =>
    `${host} is no address of this machine, so port ${port} cannot be listened on`,
};

/** What the operating system said to listen(2), in one sentence. */
export function listenError(cause: Error & { readonly code?: string }, host: string, port: number): BrokerError {
  const code = CODES[cause.code ?? ''] ?? 'BROKER_LISTEN_FAILED';
  const sentence = SENTENCES[code]?.(host, port) ?? `cannot listen on port ${port} of ${host}: ${cause.message}`;
  return new BrokerError(code, sentence, { cause });
}
