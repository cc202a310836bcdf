/** Of a scheme where the address says none. */
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'mqtt:': 1883, 'mqtts:': 8883, 'ws:': 80, 'wss:': 443 };

export interface UpstreamAddress {
  /** A name in lower case, or an address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Where `mqtt://`, `mqtts://`, `ws://` or `wss://` leads. Throws a TypeError for what is no address. */
export function upstreamAddress(url: string): UpstreamAddress {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.toLowerCase().replace(/^\[|\]$/g, '');
  return { host, port: port === '' ? (DEFAULT_PORTS[protocol] ?? 0) : Number(port) };
}

/** An address that only this machine reaches. */
export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');

/** Whether both lead to the same place, as far as their names say. */
export function sameUpstream(one: string, other: string): boolean {
  const [a, b] = [upstreamAddress(one), upstreamAddress(other)];
  return a.port === b.port && (a.host === b.host || (isLoopback(a.host) && isLoopback(b.host)));
}
