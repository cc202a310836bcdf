import type { Origin } from '#broker';
import { formatOnOff, parseOnOff } from '#topics';
import { OutputEntity } from '../../entity/output-entity.ts';
import { SafeOutput } from '../../entity/safe-output.ts';
import type { CommandRefusal, EntityContext } from '../platform.ts';
import type { SwitchConfig } from './config.ts';

export class Switch extends OutputEntity {
  protected readonly output: SafeOutput<boolean>;

  constructor(config: SwitchConfig, context: EntityContext) {
    super();
    const { line, active_low, drive } = config;
    const { driver, report, last_state } = context;
    this.output = new SafeOutput<boolean>({
      rules: config,
      open: (initial) => driver.openOutput({ line, active_low, drive, initial }),
      same: (a, b) => a === b,
      isOn: (on) => on,
      switched: (_, on) => on,
      last: last_state?.toString() === formatOnOff(true),
      seen: (on, cause) => report.state(formatOnOff(on), cause),
      done: () => report.done(),
      overruled: () => {},
      context,
    });
  }

  command(payload: Buffer, origin: Origin): CommandRefusal | undefined {
    const command = parseOnOff(payload);
    if (!command.ok) return command;
    const on = command.value === 'TOGGLE' ? !this.output.wanted : command.value === 'ON';
    const refused = this.output.admit(on);
    if (!refused) this.output.request(on, origin);
    return refused;
  }
}
