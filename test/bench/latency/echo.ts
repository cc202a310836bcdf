// The least that a device beside a broker can do: whatever comes on the set topic goes out on the state topic.
import { LoadClient } from '../../rigs/load-client.ts';

const [port = '', set = '', state = ''] = process.argv.slice(2);
const client = await LoadClient.connect(Number(port), 'echo');
client.onMessage = (_topic, payload, { qos }) => {
  client.publish(state, payload.toString('latin1'), qos === 0 ? 0 : 1);
};
await client.subscribe(set, 1);
process.stdout.write('ready\n');
