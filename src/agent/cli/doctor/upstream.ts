import { lookup } from 'node:dns/promises';
import type { BridgeOptions } from '#broker';
import { PinbusError } from '#topics';
import { EXIT } from '../../lifecycle/exit-code.ts';
import { type Check, configOf, fail, type Finding, ok } from './check.ts';
import { visit } from './visit.ts';

/** Whether each bridge's broker is found, answers, and lets the bridge in. */
export const upstreamCheck: Check = {
  name: 'bridge',
  exit: EXIT.unavailable,
  run: async (patient) => Promise.all((configOf(patient)?.bridges ?? []).map(look)),
};

async function look(bridge: BridgeOptions): Promise<Finding> {
  const { name, url } = bridge;
  const { hostname } = new URL(url);
  try {
    await lookup(hostname.replace(/^\[|\]$/g, ''));
  } catch {
    return fail(`${name}: no address for ${hostname}`, 'correct the `url`, or look at the network and its DNS');
  }
  try {
    const client = await visit(bridge);
    await client.close();
    return ok(`${name}: ${url} lets us in`);
  } catch (error) {
    if (error instanceof PinbusError) return fail(`${name}: ${error.message}`, error.remedy);
    throw error;
  }
}
