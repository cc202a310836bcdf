import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { daysLeft, isExpiring, type ListenerOptions } from '#broker';
import { EXIT } from '../../lifecycle/exit-code.ts';
import { type Check, configOf, fail, type Finding, ok, warn } from './check.ts';

/** Whether each listener's certificate is valid, and for how long. */
export const certificateCheck: Check = {
  name: 'certificate',
  exit: EXIT.config,
  run: async (patient) => (await Promise.all((configOf(patient)?.broker.listeners ?? []).map(look))).flat(),
};

async function look({ tls }: ListenerOptions): Promise<Finding[]> {
  if (tls === undefined) return [];
  const renew = 'renew it: `pinbus tls renew` for one of `pinbus tls init`, then `pinbus call config.reload`';
  try {
    const { validTo } = new X509Certificate(await readFile(tls.cert));
    const days = daysLeft(Date.parse(validTo), Date.now());
    if (days < 0) return [fail(`${tls.cert} has expired`, renew)];
    if (isExpiring(days)) return [warn(`${tls.cert} expires in ${days} days`, renew)];
    return [ok(`${tls.cert} is valid for ${days} days`)];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [fail(`${tls.cert} cannot be read: ${why}`, 'give the path of a PEM file that the user of pinbus may read')];
  }
}
