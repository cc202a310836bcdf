import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { type BridgeOptions, connectClient } from '#broker';
import { PinbusError } from '#topics';
import { EXIT } from '../../lifecycle/exit-code.ts';
import { type Check, configOf, fail, type Finding, ok } from './check.ts';

/** Whether each bridge's broker is found, answers, and lets the bridge in. */
export const upstreamCheck: Check = {
  name: 'bridge',
  exit: EXIT.unavailable,
  run: async (patient) => Promise.all((configOf(patient)?.bridges ?? []).map(look)),
};

async function look(bridge: BridgeOptions): Promise<Finding> {
  const { name, url, username, password, ca } = bridge;
  const { hostname } = new URL(url);
  try {
    await lookup(hostname.replace(/^\[|\]$/g, ''));
  } catch {
    return fail(`${name}: no address for ${hostname}`, 'correct the `url`, or look at the network and its DNS');
  }
  try {
    const client = await connectClient({
      url,
      version: '5',
      // Not the bridge's own id, which would throw out the bridge that runs [MQTT-3.1.4-3].
      client_id: `pinbus-doctor-${randomBytes(4).toString('hex')}`,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(ca === undefined ? {} : { ca: await readFile(ca) }),
    });
    await client.close();
    return ok(`${name}: ${url} lets us in`);
  } catch (error) {
    if (error instanceof PinbusError) return fail(`${name}: ${error.message}`, error.remedy);
    throw error;
  }
}
