import { readFile } from 'node:fs/promises';
import type { Message } from '#topics';
import type { IClientOptions, IConnackPacket } from 'mqtt';
import { BrokerError } from '../errors.ts';
import type { BridgeOptions } from '../options.ts';
import { isWrongProtocol, linkFault } from './faults.ts';
import { Link, type LinkLimits } from './link.ts';

/** From the first SYN to the CONNACK, in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Inbound messages that we take before we acknowledged the first. */
const RECEIVE_MAXIMUM = 100;

export type UpstreamOptions = Pick<BridgeOptions, 'url' | 'version' | 'username' | 'password' | 'ca' | 'keepalive'> & {
  readonly client_id: string;
  /** What the upstream publishes when this link ends, however it does. */
  readonly will?: Message;
};

/**
 * A broker elsewhere. mqtt.js is the transport alone: it neither queues (`queueQoSZero` off, nothing is sent before CONNACK)
 * nor reconnects, and each link is a client of its own, so that its store has nothing to send again. What is in flight is
 * ours, and on disk.
 */
export class Upstream {
  readonly #options: UpstreamOptions;
  /** What the upstream was found to speak. */
  #protocol: 4 | 5;

  constructor(options: UpstreamOptions) {
    this.#options = options;
    this.#protocol = options.version === '3.1.1' ? 4 : 5;
  }

  /**
   * With `version: auto` tries MQTT 5, then 3.1.1 with an upstream that does not know 5, and remembers. Rejects with UPSTREAM_UNREACHABLE,
   * UPSTREAM_TLS, UPSTREAM_REFUSED, UPSTREAM_NOT_AUTHORIZED, UPSTREAM_CLOSED, UPSTREAM_SILENT.
   */
  async connect(signal: AbortSignal): Promise<Link> {
    try {
      return await this.#open(this.#protocol, signal);
    } catch (error) {
      const fixed = this.#protocol === 4 || this.#options.version !== 'auto';
      if (fixed || !(error instanceof BrokerError) || !isWrongProtocol(error.cause)) throw error;
      const link = await this.#open(4, signal);
      this.#protocol = 4;
      return link;
    }
  }

  async #open(protocol: 4 | 5, signal: AbortSignal): Promise<Link> {
    signal.throwIfAborted();
    const { url, client_id, username, password, keepalive, will } = this.#options;
    const ca = await this.#readCa();
    const settings: IClientOptions = {
      clientId: client_id,
      protocolVersion: protocol,
      clean: true,
      keepalive: Math.min(65_535, Math.max(1, Math.ceil(keepalive / 1000))),
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectPeriod: 0,
      queueQoSZero: false,
      resubscribe: false,
      ...(protocol === 5 ? { properties: { receiveMaximum: RECEIVE_MAXIMUM } } : {}),
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(ca === undefined ? {} : { ca }),
      ...(will === undefined
        ? {}
        : { will: { topic: will.topic, payload: will.payload, qos: will.qos, retain: will.retain } }),
    };
    // Loaded with the first link: it takes longer to load than all the rest of a node, and most nodes have no upstream.
    const { connect } = await import('mqtt');
    signal.throwIfAborted();
    const what = `cannot connect to ${url}`;
    const client = connect(url, settings);
    const connack = await new Promise<IConnackPacket>((resolve, reject) => {
      let failure: Error | undefined;
      const abort = (): void => {
        client.end(true);
        reject(signal.reason);
      };
      signal.addEventListener('abort', abort, { once: true });
      // Some errors come before the close, some without one.
      client.on('error', (error) => {
        failure ??= error;
        reject(linkFault(what, error));
        client.end(true);
      });
      client.once('close', () => {
        signal.removeEventListener('abort', abort);
        reject(linkFault(what, failure));
      });
      client.once('connect', (packet) => {
        signal.removeEventListener('abort', abort);
        resolve(packet);
      });
    });
    return new Link(client, protocol, limitsOf(connack));
  }

  async #readCa(): Promise<Buffer | undefined> {
    const { ca } = this.#options;
    if (ca === undefined) return undefined;
    try {
      return await readFile(ca);
    } catch (error) {
      throw new BrokerError('UPSTREAM_TLS', `cannot read ${ca}`, { cause: error });
    }
  }
}

function limitsOf({ properties }: IConnackPacket): LinkLimits {
  return {
    receive_maximum: properties?.receiveMaximum ?? 65_535,
    maximum_packet_size: properties?.maximumPacketSize,
    maximum_qos: properties?.maximumQoS === 0 ? 0 : properties?.maximumQoS === 1 ? 1 : 2,
    retain_available: properties?.retainAvailable !== false,
  };
}
