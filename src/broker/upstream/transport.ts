import { connect, type IClientOptions, type IConnackPacket, type MqttClient } from 'mqtt';
import { endOldExchanges } from './exchanges.ts';
import { clientFault, linkFault } from './faults.ts';
import { PacketIdentifiers } from './identifiers.ts';
import type { Identity } from './identity.ts';
import { Inlet, MAXIMUM_PACKET_SIZE } from './inlet.ts';
import { Intake, RECEIVE_MAXIMUM } from './intake.ts';
import { limitsOf } from './limits.ts';
import { Link } from './link.ts';
import { type Terms, willOn } from './terms.ts';
import type { UpstreamOptions } from './upstream.ts';

/** From the first SYN to the CONNACK, in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;
const NOTHING = async (): Promise<void> => {};

export interface LinkRequest {
  readonly options: UpstreamOptions;
  readonly url: string;
  readonly terms: Terms;
  readonly identity: Identity;
}

/** Opens a link: name, TCP, TLS, CONNACK. Rejects with what `linkFault` makes of it, or the signal's reason. */
export async function openLink(request: LinkRequest, signal: AbortSignal): Promise<Link> {
  signal.throwIfAborted();
  const { url, terms, options } = request;
  const { protocol } = terms;
  const what = `cannot connect to ${url}`;
  const identifiers = new PacketIdentifiers();
  const client = begin(what, url, { ...settingsOf(request), messageIdProvider: identifiers });
  let link: Link | undefined;
  let early: unknown;
  const onFailure = (error: unknown): void => {
    early ??= error;
    link?.abandon(errorOf(error));
  };
  const intake = new Intake({ client, protocol, handler: options.inbound ?? NOTHING, onFailure });
  // Before CONNACK: what the session kept may come in the same breath.
  intake.start();
  const inlet = new Inlet((fault) => {
    onFailure(fault);
    client.stream.destroy(fault);
  });
  inlet.attach(client.stream);
  const connack = await connacked(what, client, signal);
  link = new Link({ client, identifiers, inlet }, { url, protocol, limits: limitsOf(connack) });
  if (early !== undefined) link.abandon(errorOf(early));
  const { session } = options;
  if (connack.sessionPresent && session !== undefined && session.qos2_window > 0) {
    try {
      await endOldExchanges(client, protocol, session.qos2_window, signal);
    } catch (error) {
      const fault = linkFault(what, errorOf(error));
      await link.close(fault);
      throw fault;
    }
  }
  return link;
}

/** mqtt.js throws at once where a certificate and its key do not belong together. */
function begin(what: string, url: string, settings: IClientOptions): MqttClient {
  try {
    return connect(url, settings);
  } catch (error) {
    throw linkFault(what, errorOf(error));
  }
}

function connacked(what: string, client: MqttClient, signal: AbortSignal): Promise<IConnackPacket> {
  return new Promise((resolve, reject) => {
    let failure: Error | undefined;
    const abort = (): void => {
      client.end(true);
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    // mqtt.js keeps errors without a code to itself, such as a WebSocket that was refused.
    client.stream.on('error', (error: Error) => (failure ??= error));
    // Some errors come before the close, some without one.
    client.on('error', (error) => {
      failure ??= error;
      reject(clientFault(what, error));
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
}

/** Schemes with TLS; with a certificate mqtt.js would make the others into these. */
const SECURE = /^(mqtts|wss):/;

function settingsOf({ url, options, terms, identity }: LinkRequest): IClientOptions {
  const { client_id, username, password, keepalive, will, session, alpn } = options;
  const properties = {
    receiveMaximum: RECEIVE_MAXIMUM,
    maximumPacketSize: MAXIMUM_PACKET_SIZE,
    ...(session === undefined ? {} : { sessionExpiryInterval: session.expiry_s }),
  };
  return {
    clientId: client_id,
    protocolVersion: terms.protocol,
    clean: session === undefined,
    keepalive: Math.min(65_535, Math.max(1, Math.ceil(keepalive / 1000))),
    connectTimeout: CONNECT_TIMEOUT_MS,
    reconnectPeriod: 0,
    queueQoSZero: false,
    resubscribe: false,
    ...(SECURE.test(url) ? identity : {}),
    ...(alpn === undefined ? {} : { ALPNProtocols: [alpn] }),
    ...(terms.protocol === 5 ? { properties } : {}),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(will === undefined ? {} : { will: willPacket(willOn(will, terms)) }),
  };
}

const willPacket = ({ topic, payload, qos, retain }: ReturnType<typeof willOn>) => ({ topic, payload, qos, retain });

const errorOf = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
