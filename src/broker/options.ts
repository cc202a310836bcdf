import type { Bytes, Milliseconds, Qos } from '#topics';

/** The broker's part of the config, as the YAML names it. */
export interface BrokerOptions {
  readonly listeners: readonly ListenerOptions[];
  readonly users: readonly UserOptions[];
  /** Between two rounds of `$SYS`; 0 is never. */
  readonly sys_interval: Milliseconds;
  /** Clients whose presence is told even before they come. */
  readonly clients: readonly ExpectedClient[];
  /** True: a payload that its publisher says is UTF-8 text has to be [MQTT 5.0, 3.3.2.3.2]. */
  readonly check_payload_format?: boolean;
}

/** A service or another node that is to be connected. */
export interface ExpectedClient {
  /** Its client id. */
  readonly id: string;
  /** As people call it; made from the id when missing. */
  readonly name?: string;
  /** The longest between two messages of its; it is unhealthy after twice that. */
  readonly heartbeat?: Milliseconds;
}

export interface ListenerOptions {
  /** 1 to 65535; 0 takes any free port. */
  readonly port: number;
  /** An address to listen on; the loopback by default. */
  readonly host: string;
  readonly tls?: TlsOptions;
  /** True: MQTT in binary WebSocket frames [MQTT 5.0, 6]. */
  readonly websocket?: boolean;
}

/** Paths of PEM files. */
export interface TlsOptions {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
}

export interface UserOptions {
  readonly name: string;
  /** A scrypt hash as `pinbus user hash` prints it: `scrypt$N$r$p$salt$hash`, base64. */
  readonly password: string;
  readonly acl: readonly AclRule[];
}

/** A topic filter with `%u` (user) and `%c` (client id), and what it allows. */
export interface AclRule {
  readonly filter: string;
  /** read: receive; write: publish; readwrite: both; deny: neither, whatever other rules say. */
  readonly access: 'read' | 'write' | 'readwrite' | 'deny';
}

export interface OutboxOptions {
  /** Path of the SQLite file, absolute. */
  readonly path: string;
  readonly max_bytes: Bytes;
  readonly max_age: Milliseconds;
}

export interface BridgeOptions {
  readonly name: string;
  /** mqtt: or mqtts:, no credentials in it. */
  readonly url: string;
  /** Of MQTT; auto: 5, and 3.1.1 with an upstream that does not know 5. */
  readonly version: 'auto' | '5' | '3.1.1';
  readonly client_id?: string;
  readonly username?: string;
  readonly password?: string;
  /** Path of a PEM file. */
  readonly ca?: string;
  readonly keepalive: Milliseconds;
  readonly replay: ReplayOptions;
  readonly out: readonly OutRule[];
  readonly in: readonly InRule[];
}

export interface OutRule {
  readonly filter: string;
  readonly qos: Qos;
}

export interface InRule {
  readonly filter: string;
  readonly qos: Qos;
}

/** How messages from before the link follow behind those of now. */
export interface ReplayOptions {
  /** Messages a second. */
  readonly rate: number;
  /** Messages at once after a rest. */
  readonly burst: number;
  /** How a consumer tells them from the present. */
  readonly to: ReplayTo;
}

/** User properties of MQTT 5 (with 3.1.1: an envelope), an envelope, or a topic of their own. */
export type ReplayTo = 'properties' | 'envelope' | 'topic';
