import { Command } from 'commander';
import { loadConfig, type LoadedConfig } from '../config/load.ts';
import { ConfigError } from '../config/problem.ts';
import type { Check } from './doctor/check.ts';
import { busesCheck } from './doctor/buses.ts';
import { certificateCheck } from './doctor/certificate.ts';
import { configCheck } from './doctor/config.ts';
import { folderCheck } from './doctor/folder.ts';
import { gpioCheck } from './doctor/gpio.ts';
import { listenerCheck } from './doctor/listener.ts';
import { machineCheck } from './doctor/machine.ts';
import { modulesCheck } from './doctor/modules.ts';
import { nodeVersion } from './doctor/node-version.ts';
import { type CheckedFinding, findingText } from './doctor/report.ts';
import { upstreamCheck } from './doctor/upstream.ts';
import { Exit } from './exit.ts';
import type { Io } from './io.ts';

/** In the order of the report. */
const CHECKS: readonly Check[] = [
  machineCheck,
  nodeVersion,
  modulesCheck,
  configCheck,
  folderCheck,
  listenerCheck,
  certificateCheck,
  gpioCheck,
  busesCheck,
  upstreamCheck,
];

interface DoctorOptions {
  readonly config?: string;
  readonly json?: true;
}

export const doctorCommand = (io: Io): Command =>
  new Command('doctor')
    .description('Look for what would keep a node from working, and say what to do. Changes nothing.')
    .option('-c, --config <file>', 'look at this config instead of ./pinbus.yaml or /etc/pinbus/pinbus.yaml')
    .option('--json', 'print the findings as one JSON document')
    .addHelpText(
      'after',
      `
Examples:
  pinbus doctor
  pinbus doctor -c porch.yaml
  pinbus doctor --json | jq '.[] | select(.verdict != "ok")'`,
    )
    .action(async (options: DoctorOptions) => {
      const patient = { loaded: await load(io, options) };
      const findings: CheckedFinding[] = [];
      let exit: Check['exit'] = 0;
      for (const check of CHECKS) {
        for (const finding of await check.run(patient)) {
          findings.push({ check: check.name, ...finding });
          if (finding.verdict === 'fail' && exit === 0) exit = check.exit;
          if (!options.json) io.stdout.write(findingText({ check: check.name, ...finding }, io.colour));
        }
      }
      if (options.json) io.stdout.write(`${JSON.stringify(findings)}\n`);
      if (exit !== 0) throw new Exit(exit);
    });

async function load(io: Io, { config }: DoctorOptions): Promise<LoadedConfig | ConfigError> {
  try {
    return await loadConfig({ file: config, env: io.env, cwd: io.cwd });
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}
