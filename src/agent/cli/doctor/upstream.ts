import { randomBytes } from 'node:crypto';
import { type BridgeOptions, type Probed, probeUpstream } from '#broker';
import { goesOut, nodeTopics } from '#topics';
import { EXIT } from '../../lifecycle/exit-code.ts';
import { type Check, configOf, fail, type Finding, ok, warn } from './check.ts';

/** How long all steps of one address may take, in milliseconds. */
const DEADLINE_MS = 30_000;

/** How far each bridge gets on the way to its upstream: name, TCP, TLS, CONNACK, a publish and its PUBACK. */
export const upstreamCheck: Check = {
  name: 'bridge',
  exit: EXIT.unavailable,
  run: async (patient) => {
    const config = configOf(patient);
    return (await Promise.all((config?.bridges ?? []).map((bridge) => look(bridge, config?.node.id ?? '')))).flat();
  },
};

async function look(bridge: BridgeOptions, node: string): Promise<readonly Finding[]> {
  const addresses = await Promise.all([bridge.url, ...bridge.failover].map((url) => walk(bridge, url, node)));
  const works = (findings: readonly Finding[]): boolean => findings.every(({ verdict }) => verdict !== 'fail');
  // An address that fails is not what keeps a bridge from its upstream as long as another one works.
  if (!addresses.some(works)) return addresses.flat();
  return addresses.flat().map((one) => (one.verdict === 'fail' ? { ...one, verdict: 'warn' } : one));
}

async function walk(bridge: BridgeOptions, url: string, node: string): Promise<readonly Finding[]> {
  const client_id = `pinbus-doctor-${randomBytes(4).toString('hex')}`;
  // Only where the rules go: elsewhere it would be right of the upstream to refuse.
  const topic = goesOut(bridge, nodeTopics(node).doctor)?.topic;
  const findings: Finding[] = [];
  for await (const probed of probeUpstream({ bridge, url, client_id, topic }, AbortSignal.timeout(DEADLINE_MS))) {
    findings.push(findingOf(bridge.name, probed));
  }
  return findings;
}

function findingOf(bridge: string, { step, message, fault, warning }: Probed): Finding {
  const text = `${bridge}: ${step}: ${message}`;
  if (fault !== undefined) return fail(text, fault.remedy);
  return warning === undefined ? ok(text) : warn(text, warning);
}
