import { EXIT } from '../../lifecycle/exit-code.ts';
import { type Check, fail, type Finding, ok } from './check.ts';

/** The oldest Node.js that pinbus runs on, as `engines` in package.json has it. */
const OLDEST = [20, 19] as const;

export const nodeVersion: Check = {
  name: 'node.js',
  exit: EXIT.unavailable,
  run: async () => [judge(process.versions.node, `${process.platform} ${process.arch}`)],
};

export function judge(version: string, machine: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return ok(`${version} on ${machine}`);
  return fail(`${version} is too old`, `install Node.js ${OLDEST.join('.')} or newer: apt install nodejs`);
}
