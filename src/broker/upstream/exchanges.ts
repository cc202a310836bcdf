import type { MqttClient } from 'mqtt';
import { generate } from 'mqtt-packet';

/** How long the upstream may take for its answers, in milliseconds. */
const ANSWER_TIMEOUT_MS = 10_000;

/**
 * Ends the QoS 2 exchanges of a link before this one in a session that the upstream kept: it still holds their packet
 * identifiers, and would take a new message under one of them for a repeated one and throw it away (MQTT 5.0, 4.3.3). A
 * PUBREL frees each, known or not; it must be answered before an identifier is used, or its answer would be taken for the
 * new message's. Rejects when the link ends, no answer comes, or the signal aborts.
 */
export async function endOldExchanges(
  client: MqttClient,
  protocol: 4 | 5,
  identifiers: number,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    let left = identifiers;
    const settle = (error?: Error): void => {
      clearTimeout(timer);
      client.off('packetreceive', answered);
      client.off('close', closed);
      signal.removeEventListener('abort', aborted);
      if (error === undefined) resolve();
      else reject(error);
    };
    const answered = ({ cmd }: { readonly cmd: string }): void => {
      if (cmd === 'pubcomp') left -= 1;
      if (left === 0) settle();
    };
    const closed = (): void => settle(new Error('the upstream ended the link over a PUBREL'));
    const aborted = (): void => settle(new Error('given up'));
    const timer = setTimeout(() => settle(new Error('the upstream did not answer a PUBREL')), ANSWER_TIMEOUT_MS);
    client.on('packetreceive', answered);
    client.on('close', closed);
    signal.addEventListener('abort', aborted, { once: true });
    for (let messageId = 1; messageId <= identifiers; messageId += 1) {
      client.stream.write(generate({ cmd: 'pubrel', messageId }, { protocolVersion: protocol }));
    }
  });
}
