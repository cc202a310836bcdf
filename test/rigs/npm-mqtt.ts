import { connectAsync } from 'mqtt';
import type { ConnectClient, Received } from './bus-client.ts';

/** npm's `mqtt`, what Node programs use. */
export const connectNpmMqtt: ConnectClient = async (port, version) => {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    protocolVersion: version === '5' ? 5 : 4,
    reconnectPeriod: 0,
  });
  const received: Received[] = [];
  client.on('message', (topic, payload, { retain, qos }) => {
    received.push({ topic, payload: payload.toString('utf8'), retain, qos });
  });
  client.on('error', () => {});
  return {
    received,
    subscribe: async (filter, qos = 1) => {
      await client.subscribeAsync(filter, { qos });
    },
    publish: async (topic, payload, settings = {}) => {
      await client.publishAsync(topic, payload, { qos: settings.qos ?? 0, retain: settings.retain ?? false });
    },
    close: () => client.endAsync(),
  };
};
