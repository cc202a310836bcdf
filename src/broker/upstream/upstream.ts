import type { Message } from '#topics';
import { BrokerError } from '../errors.ts';
import type { BridgeOptions } from '../options.ts';
import { refusalOf } from './faults.ts';
import { readIdentity } from './identity.ts';
import type { InboundHandler } from './intake.ts';
import type { Link } from './link.ts';
import { fullTerms, lesserTerms, type Terms } from './terms.ts';

export type UpstreamOptions = Pick<
  BridgeOptions,
  'url' | 'failover' | 'version' | 'username' | 'password' | 'ca' | 'cert' | 'key' | 'alpn' | 'keepalive'
> & {
  readonly client_id: string;
  /** What the upstream publishes when this link ends, however it does. */
  readonly will?: Message;
  /** Gets what comes down, from the first packet of a link on; undefined: nothing is to. */
  readonly inbound?: InboundHandler;
  /** Undefined: each link begins from nothing. */
  readonly session?: SessionOptions;
};

/** What the upstream keeps for us from one link to the next (MQTT 5.0, 3.1.2.11.2; with 3.1.1 it decides for how long). */
export interface SessionOptions {
  readonly expiry_s: number;
  /** Publishes of QoS 2 that may be on the way at once; their identifiers outlive the link. */
  readonly qos2_window: number;
}

interface Address {
  readonly url: string;
  /** What it takes, where that is less than what the options ask for. */
  found: { readonly terms: Terms; readonly at_ms: number } | undefined;
}

/** How long an upstream is not asked again for what it did not take, in milliseconds: it may have been renewed since. */
const FOUND_FOR_MS = 86_400_000;

/**
 * A broker elsewhere, which may have several addresses. mqtt.js is the transport alone: it neither queues (`queueQoSZero`
 * off, nothing is sent before CONNACK) nor reconnects, and each link is a client of its own, so that its store has nothing
 * to send again. What is in flight is ours, and on disk.
 */
export class Upstream {
  readonly #options: UpstreamOptions;
  readonly #addresses: readonly Address[];
  /** The one that let us in last. */
  #place = 0;

  constructor(options: UpstreamOptions) {
    this.#options = options;
    this.#addresses = [options.url, ...options.failover].map((url) => ({ url, found: undefined }));
  }

  /**
   * Tries each address once, first the one that worked last, and each with less where it refuses what we ask for (MQTT 3.1.1
   * with `version: auto`, a will that it takes); where the upstream said why, what works is remembered for a day, and until it
   * refuses that as well. Rejects, as the first address did, with UPSTREAM_UNREACHABLE, UPSTREAM_TLS, one of
   * UPSTREAM_CERTIFICATE_*, UPSTREAM_CLIENT_CERTIFICATE, UPSTREAM_REFUSED, UPSTREAM_QUOTA, UPSTREAM_NOT_AUTHORIZED,
   * UPSTREAM_CLOSED, UPSTREAM_SILENT, UPSTREAM_PROTOCOL.
   */
  async connect(signal: AbortSignal): Promise<Link> {
    const failures: BrokerError[] = [];
    for (const _ of this.#addresses) {
      const address = this.#addresses[this.#place];
      if (address === undefined) break;
      try {
        return await this.#enter(address, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof BrokerError)) throw error;
        failures.push(error);
        this.#place = (this.#place + 1) % this.#addresses.length;
      }
    }
    const [first, ...others] = failures;
    if (first === undefined || others.length === 0) throw first ?? new Error('an upstream has an address');
    const message = failures.map((failure) => failure.message).join('; ');
    throw new BrokerError(first.code, message, { cause: first.cause });
  }

  async #enter(address: Address, signal: AbortSignal): Promise<Link> {
    const { version, will } = this.#options;
    /** Connections that ended without a reason. */
    let closed = 0;
    for (let terms = foundAt(address) ?? fullTerms(version, will); ; ) {
      try {
        const identity = await readIdentity(this.#options);
        // Loaded with the first link: mqtt.js takes longer to load than all the rest of a node, and most have no upstream.
        const { openLink } = await import('./transport.ts');
        return await openLink({ options: this.#options, url: address.url, terms, identity }, signal);
      } catch (error) {
        const isTold = refusalOf(error) !== undefined;
        const lesser = lesserTerms(terms, error, version);
        if (lesser === undefined) {
          if (isTold) address.found = undefined;
          throw error;
        }
        if (!isTold) closed += 1;
        // Once, and it may be about to restart: a link in 3.1.1 then would last, and say less of each message.
        if (isTold || closed > 1) terms = lesser;
        // Without a reason it may have been the network after all: the next link asks for everything again.
        if (isTold && closed === 0) address.found = { terms, at_ms: performance.now() };
      }
    }
  }
}

const foundAt = ({ found }: Address): Terms | undefined =>
  found !== undefined && performance.now() - found.at_ms < FOUND_FOR_MS ? found.terms : undefined;
