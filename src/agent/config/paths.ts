import { resolve } from 'node:path';
import type { BridgeOptions, ListenerOptions } from '#broker';
import type { Config } from './config.ts';

export interface Folders {
  /** What the paths in the config are relative to. */
  readonly folder: string;
  /** What the outbox's path is relative to. */
  readonly state: string;
}

/** The config with all its paths absolute. */
export function resolvePaths(config: Config, { folder, state }: Folders): Config {
  const from = (path: string): string => resolve(folder, path);
  return {
    ...config,
    broker: {
      ...config.broker,
      listeners: config.broker.listeners.map((listener) => withTls(listener, from)),
      ...tokensOf(config, from, state),
    },
    outbox: { ...config.outbox, path: resolve(state, config.outbox.path) },
    health: config.health.textfile === undefined ? {} : { textfile: from(config.health.textfile) },
    bridges: config.bridges.map((bridge) => withIdentity(bridge, from)),
  };
}

function tokensOf({ broker: { tokens } }: Config, from: (path: string) => string, state: string) {
  if (tokens === undefined) return {};
  const keys = tokens.keys.map((key) => ('secret' in key ? key : { ...key, key: from(key.key) }));
  return { tokens: { ...tokens, keys, ledger: resolve(state, tokens.ledger) } };
}

function withTls(listener: ListenerOptions, from: (path: string) => string): ListenerOptions {
  const { tls } = listener;
  if (tls === undefined) return listener;
  return {
    ...listener,
    tls: {
      ...tls,
      cert: from(tls.cert),
      key: from(tls.key),
      ...(tls.ca === undefined ? {} : { ca: from(tls.ca) }),
      ...(tls.crl === undefined ? {} : { crl: from(tls.crl) }),
    },
  };
}

function withIdentity(bridge: BridgeOptions, from: (path: string) => string): BridgeOptions {
  const { ca, cert, key } = bridge;
  return {
    ...bridge,
    ...(ca === undefined ? {} : { ca: from(ca) }),
    ...(cert === undefined ? {} : { cert: from(cert) }),
    ...(key === undefined ? {} : { key: from(key) }),
  };
}
