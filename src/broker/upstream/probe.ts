import { X509Certificate } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type PeerCertificate, type TLSSocket } from 'node:tls';
import { upstreamAddress } from '#topics';
import { BrokerError } from '../errors.ts';
import { daysLeft, isExpiring } from '../listeners/expiry.ts';
import type { BridgeOptions } from '../options.ts';
import { linkFault } from './faults.ts';
import { readIdentity } from './identity.ts';
import { Upstream } from './upstream.ts';

/** How long each step may take, in milliseconds. */
const STEP_TIMEOUT_MS = 5_000;

export interface ProbeOptions {
  readonly bridge: BridgeOptions;
  /** One of the bridge's addresses. */
  readonly url: string;
  /** Not the bridge's own: that would throw out the bridge that runs [MQTT-3.1.4-3]. */
  readonly client_id: string;
  /** Gets an empty message with QoS 1, not retained; undefined: nothing is published. */
  readonly topic: string | undefined;
}

/** What one step found. */
export interface Probed {
  readonly step: 'name' | 'tcp' | 'tls' | 'certificate' | 'connack' | 'publish';
  readonly message: string;
  /** It goes no further. */
  readonly fault?: BrokerError;
  /** It still works, and will not for long: what to do. */
  readonly warning?: string;
}

/** Goes the way of a link step by step, each only if the one before worked. Changes nothing. */
export async function* probeUpstream(options: ProbeOptions, signal: AbortSignal): AsyncGenerator<Probed, void> {
  const { bridge } = options;
  const { host, port } = upstreamAddress(options.url);
  const { cert } = bridge;
  const isSecure = /^(mqtts|wss):/.test(options.url);
  const steps: readonly ((previous: Socket | undefined) => Promise<Stepped>)[] = [
    () => findName(host),
    () => openSocket(host, port),
    ...(isSecure ? [secured(bridge, host)] : []),
    ...(isSecure && cert !== undefined ? [() => ownCertificate(cert)] : []),
  ];
  let socket: Socket | undefined;
  try {
    for (const step of steps) {
      const { socket: opened, ...probed } = await step(socket);
      socket = opened ?? socket;
      yield probed;
      if (probed.fault !== undefined) return;
    }
  } finally {
    socket?.destroy();
  }
  yield* talk(options, signal);
}

type Stepped = Probed & { readonly socket?: Socket };

const failed = (step: Probed['step'], fault: BrokerError): Probed => ({ step, message: fault.message, fault });

async function findName(host: string): Promise<Stepped> {
  try {
    const found = await within(lookup(host, { all: true }), `looking up ${host}`);
    return { step: 'name', message: `${host} is ${found.map(({ address }) => address).join(', ')}` };
  } catch (error) {
    return failed('name', linkFault(`no address for ${host}`, errorOf(error)));
  }
}

async function openSocket(host: string, port: number): Promise<Stepped> {
  const began_ms = performance.now();
  const socket = connect({ host, port });
  try {
    await within(once(socket, 'connect'), `connecting to ${host}:${port}`);
    const took_ms = Math.ceil(performance.now() - began_ms);
    return { step: 'tcp', message: `${socket.remoteAddress}:${port} answers, in ${took_ms} ms`, socket };
  } catch (error) {
    socket.destroy();
    return failed('tcp', linkFault(`cannot connect to ${host}:${port}`, errorOf(error)));
  }
}

/** Goes on with a certificate that it does not trust, so that it can say what stands in it. */
function secured(bridge: BridgeOptions, host: string): (socket: Socket | undefined) => Promise<Stepped> {
  return async (socket) => {
    try {
      const settings = {
        host,
        rejectUnauthorized: false,
        ...(bridge.alpn !== undefined && { ALPNProtocols: [bridge.alpn] }),
      };
      const identity = await readIdentity(bridge);
      const tls = connectTls({ ...settings, ...identity, ...(socket !== undefined && { socket }) });
      await within(once(tls, 'secureConnect'), `the TLS handshake with ${host}`);
      return { ...judged(tls, host), socket: tls };
    } catch (error) {
      return failed('tls', error instanceof BrokerError ? error : linkFault(`no TLS with ${host}`, errorOf(error)));
    }
  };
}

function judged(tls: TLSSocket, host: string): Probed {
  const shown = tls.getPeerCertificate();
  const facts = `${tls.getProtocol()}, the certificate of ${nameOf(shown)} is valid from ${shown.valid_from} to ${shown.valid_to}`;
  if (!tls.authorized) {
    // Node has the code here, whatever its types say.
    const code = String(tls.authorizationError);
    return failed('tls', linkFault(`${host}: ${facts}`, Object.assign(new Error(code), { code })));
  }
  const days = daysLeft(Date.parse(shown.valid_to), Date.now());
  return {
    step: 'tls',
    message: facts,
    ...(isExpiring(days) && { warning: `the upstream's certificate must be renewed within ${days} days` }),
  };
}

const nameOf = ({ subject, subjectaltname }: PeerCertificate): string => subjectaltname ?? `CN=${String(subject.CN)}`;

/** The certificate that the bridge shows; it could be read a moment ago. */
async function ownCertificate(path: string): Promise<Probed> {
  const { validTo, subject } = new X509Certificate(await readFile(path));
  const days = daysLeft(Date.parse(validTo), Date.now());
  const message = `its own certificate (${subject.replaceAll('\n', ', ')}) is valid to ${validTo}`;
  if (days < 0) return failed('certificate', new BrokerError('UPSTREAM_CLIENT_CERTIFICATE', message));
  return { step: 'certificate', message, ...(isExpiring(days) && { warning: `renew ${path} within ${days} days` }) };
}

async function* talk(
  { bridge, url, client_id, topic }: ProbeOptions,
  signal: AbortSignal,
): AsyncGenerator<Probed, void> {
  const { username, password, ca, cert, key, alpn, version, keepalive } = bridge;
  const who = {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(alpn !== undefined && { alpn }),
  };
  const upstream = new Upstream({ url, failover: [], version, keepalive, client_id, ...who });
  try {
    const link = await upstream.connect(signal);
    yield { step: 'connack', message: `${url} lets ${client_id} in, with MQTT ${link.protocol === 5 ? '5' : '3.1.1'}` };
    if (topic !== undefined) yield await published(link, topic);
    await link.close();
  } catch (error) {
    yield failed('connack', error instanceof BrokerError ? error : linkFault(url, errorOf(error)));
  }
}

async function published(link: Awaited<ReturnType<Upstream['connect']>>, topic: string): Promise<Probed> {
  const began_ms = performance.now();
  try {
    const message = { topic, payload: Buffer.alloc(0), qos: 1, retain: false } as const;
    await within(link.publish(message, 1, []), `the acknowledgement of ${topic}`);
    return { step: 'publish', message: `${topic} is acknowledged, in ${Math.ceil(performance.now() - began_ms)} ms` };
  } catch (error) {
    return failed('publish', error instanceof BrokerError ? error : linkFault(topic, errorOf(error)));
  }
}

/** Rejects with UPSTREAM_SILENT after the time of a step. */
async function within<T>(work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const fault = new BrokerError('UPSTREAM_SILENT', `${what} took longer than ${STEP_TIMEOUT_MS / 1000} s`);
    timer = setTimeout(() => reject(fault), STEP_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function once(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve());
    socket.on('error', reject);
    socket.once('close', () => reject(new BrokerError('UPSTREAM_CLOSED', 'the connection was closed')));
  });
}

const errorOf = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
