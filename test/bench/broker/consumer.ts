// A subscriber in a process of its own, so that it can be frozen with nobody else.
import { TallyClient } from './tally-client.ts';

const [port = '', topic = ''] = process.argv.slice(2);
const client = await TallyClient.connect(Number(port), 'consumer');
await client.subscribe(topic, 1);
process.stdout.write('ready\n');
