// Publishes as many messages as it is told with QoS 1, encoded beforehand, and never more than a window of them unacknowledged.
import { setImmediate as turn } from 'node:timers/promises';
import { encode, TallyClient } from '../broker/tally-client.ts';

const [port, window, messages, bytes] = process.argv.slice(2).map(Number);
const client = await TallyClient.connect(port ?? 0, 'bare-publisher');
const packet = encode('load/a', Buffer.alloc(bytes ?? 0, 'x'), 1);
for (let sent = 0; sent < (messages ?? 0); await turn()) {
  while (sent < (messages ?? 0) && sent - client.done < (window ?? 1)) {
    client.publish(packet);
    sent += 1;
  }
}
await client.ping();
await client.close();
