import type { BridgeRule, Bytes, MessageClass, Milliseconds } from '#topics';

/** The broker's part of the config, as the YAML names it. */
export interface BrokerOptions {
  readonly listeners: readonly ListenerOptions[];
  readonly users: readonly UserOptions[];
  /** What clients that give no user name may do; undefined: they do not come in, once there are users or tokens. */
  readonly anonymous?: readonly AclRule[];
  readonly tokens?: TokenOptions;
  /**
   * What becomes of a client before MQTT 5 that publishes where it may not: the protocol has no word for it. `drop`: it is
   * acknowledged and goes nowhere; `close`: the connection ends. MQTT 5 clients are told by reason code.
   */
  readonly denied_publish: 'drop' | 'close';
  /** Whether MQTT 5 clients hear that a right is missing, or that something was refused and no more. Logins are told of in any case. */
  readonly denied_reason: 'tell' | 'withhold';
  readonly limits: LimitOptions;
  /** Which member of a share group gets a message: the next one, or the one with the least to do. */
  readonly shared_subscriptions: 'round_robin' | 'least_in_flight';
  /** Where MQTT 5 clients are sent when the broker stops: `host[:port]`, several with spaces between [MQTT 5.0, 4.11]. */
  readonly server_reference?: string;
  /** Between two rounds of `$SYS`; 0 is never. */
  readonly sys_interval: Milliseconds;
  /** Clients whose presence is told even before they come. */
  readonly clients: readonly ExpectedClient[];
  /** True: a payload that its publisher says is UTF-8 text has to be [MQTT 5.0, 3.3.2.3.2]. */
  readonly check_payload_format?: boolean;
}

/** What bounds each client; what every client is bound by alike is in limits.ts. */
export interface LimitOptions {
  /** Connections at once, over all listeners. */
  readonly connections: number;
  /** The same from one address. */
  readonly connections_per_address: number;
  /** From the connection to a whole CONNECT, TLS handshake apart. */
  readonly connect_timeout: Milliseconds;
  /** Of a packet, fixed header included. */
  readonly packet_size: Bytes;
  /** Of a message's payload; one above it is refused, and its client stays. Undefined: what a packet has room for. */
  readonly payload_size?: Bytes;
  /** Of a topic or a filter, in UTF-8. */
  readonly topic_size: Bytes;
  /** Of a topic or a filter. */
  readonly topic_levels: number;
  /** Of a session. */
  readonly subscriptions: number;
  /** Messages a second that a client may publish; 0 is no bound. */
  readonly publish_rate: number;
  /** QoS 1 and 2 messages of a client that the broker has not acknowledged; reading pauses at it. */
  readonly receive_maximum: number;
  /** QoS 1 and 2 messages to a client that it has not acknowledged; its own Receive Maximum may be less. */
  readonly inflight: number;
  /** QoS 1 and 2 messages that wait in a session; the oldest gives way. */
  readonly queue_messages: number;
  /** Bytes of them. */
  readonly queue_bytes: Bytes;
  /** Bytes of them in all sessions together; the fullest one gives way. */
  readonly queue_total_bytes: Bytes;
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
  /** With it only clients that have a certificate of this authority come in. */
  readonly ca?: string;
  /** Revocation lists that authorities of the `ca` signed: whose certificate one of them names does not come in. */
  readonly crl?: string;
  /** The common name of a client's certificate is its user; it needs no password then. */
  readonly user_from_certificate?: boolean;
}

/** Tokens as passwords. */
export interface TokenOptions {
  /** What their `iss` says. */
  readonly issuer: string;
  /** Any of them may have signed; the first that can sign signs. */
  readonly keys: readonly TokenKey[];
  readonly access_lifetime: Milliseconds;
  /** No token is valid for longer. */
  readonly refresh_lifetime: Milliseconds;
  /** Path of the file of those that were revoked or exchanged, and of what the last ones allowed. */
  readonly ledger: string;
}

export type TokenKey =
  | { readonly algorithm: 'HS256'; readonly secret: string }
  /** Path of a PEM file: a private key, or the public one of whoever signs. */
  | { readonly algorithm: 'ES256' | 'RS256'; readonly key: string };

export interface UserOptions {
  readonly name: string;
  /** A scrypt hash as `pinbus user hash` prints it: `scrypt$N$r$p$salt$hash`, base64. Undefined: by certificate alone. */
  readonly password?: string;
  readonly acl: readonly AclRule[];
}

/** What a user may do: a rule, or the rules that a kind of client needs. */
export type AclRule = FilterRule | { readonly template: AclTemplate };

/** Kinds of clients; `access/templates.ts` has their rights. */
export const ACL_TEMPLATES = ['homeassistant', 'node-red', 'readonly', 'device'] as const;

export type AclTemplate = (typeof ACL_TEMPLATES)[number];

/** A topic filter with `%u` (user) and `%c` (client id), and what it allows. */
export interface FilterRule {
  readonly filter: string;
  /** read: receive; write: publish; readwrite: both; deny: neither, whatever other rules say. */
  readonly access: 'read' | 'write' | 'readwrite' | 'deny';
}

export interface OutboxOptions extends OutboxBounds {
  /** Path of the SQLite file, absolute. */
  readonly path: string;
}

/** What the outbox may hold, as a whole and of each class; undefined is no bound. */
export interface OutboxBounds {
  readonly max_bytes: Bytes;
  readonly max_messages?: number;
  readonly max_age: Milliseconds;
  readonly classes?: Readonly<Partial<Record<MessageClass, ClassOptions>>>;
}

export interface ClassOptions {
  /** Topics of the class, besides those that are of it by the tree. */
  readonly filters?: readonly string[];
  readonly max_bytes?: Bytes;
  readonly max_messages?: number;
  readonly max_age?: Milliseconds;
  readonly when_full?: WhenFull;
}

/**
 * The oldest go; or only the newest retained message of each topic stays, and then the oldest go; or what comes is not
 * acknowledged until there is room.
 */
export type WhenFull = 'drop_oldest' | 'compact' | 'refuse';

export interface BridgeOptions {
  readonly name: string;
  /** mqtt:, mqtts:, ws: or wss:, no credentials in it. */
  readonly url: string;
  /** Other addresses of the same upstream, tried in this order where one does not let the bridge in. */
  readonly failover: readonly string[];
  /** Of MQTT; auto: 5, and 3.1.1 with an upstream that does not know 5. */
  readonly version: 'auto' | '5' | '3.1.1';
  readonly client_id?: string;
  readonly username?: string;
  readonly password?: string;
  /** Path of a PEM file. */
  readonly ca?: string;
  /** Paths of PEM files: who the bridge is, where the upstream asks for a certificate. Both or neither. */
  readonly cert?: string;
  readonly key?: string;
  /** Application protocol that TLS asks for (RFC 7301), for upstreams that serve several on one port. */
  readonly alpn?: string;
  readonly keepalive: Milliseconds;
  /**
   * Publishes that may be on the way or acknowledged but still on disk: as many can come twice after a crash. Never above the
   * upstream's Receive Maximum [MQTT-3.3.4-7].
   */
  readonly window: number;
  /** How long the upstream keeps what comes down while the bridge is away; 0: not at all. */
  readonly session_expiry: Milliseconds;
  /** What a bridge that is new is owed: what comes from now on, or what other bridges are still owed as well. */
  readonly from?: 'now' | 'oldest';
  readonly replay: ReplayOptions;
  /** What stands before all its topics at the upstream, without the slash between. */
  readonly prefix?: string;
  readonly out: readonly OutRule[];
  readonly in: readonly InRule[];
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

export interface OutRule extends BridgeRule {
  /** What becomes of QoS 0 messages while the upstream is not there: kept, or dropped and counted. */
  readonly qos0?: 'keep' | 'drop_offline';
}

export interface InRule extends BridgeRule {
  /** Undefined: all that matches; else only commands to these entities of this node. */
  readonly entities?: readonly string[];
}
