import { Upstream, type UpstreamOptions } from '../../src/broker/upstream/upstream.ts';
import { milliseconds } from '../../src/topics/index.ts';

/** An upstream on that loopback port; with another `url` it comes second. */
export function upstreamTo(port: number, more: Partial<UpstreamOptions> = {}): Upstream {
  const url = `mqtt://127.0.0.1:${port}`;
  return new Upstream({
    url,
    failover: more.url === undefined ? [] : [url],
    version: 'auto',
    client_id: 'porch',
    keepalive: milliseconds(60_000),
    will: { topic: 'status', payload: Buffer.from('offline'), qos: 1, retain: true },
    ...more,
  });
}
