import type { DigitalOutput, Driver } from '#hw';
import { AgentError } from '../../errors.ts';
import type { Output } from '../../entity/truth.ts';
import type { CoverConfig } from './config.ts';
import type { Direction } from './travel.ts';

/** What the two relays of a cover's motor do. */
export type Drive = Direction | 'stop';

/** Opens both lines, inactive, and only then runs. */
export async function openMotor(driver: Driver, config: CoverConfig, initial: Drive): Promise<Output<Drive>> {
  const { open_line, close_line, active_low, drive } = config;
  const open = await driver.openOutput({ line: open_line, active_low, drive, initial: false });
  try {
    const close = await driver.openOutput({ line: close_line, active_low, drive, initial: false });
    const motor = new Motor(open, close);
    if (initial !== 'stop') await motor.write(initial);
    return motor;
  } catch (error) {
    await open.close();
    throw error;
  }
}

/** Two relays of which at most one is active: what shall not be is switched off, and read off, before the other goes on. */
class Motor implements Output<Drive> {
  readonly #open: DigitalOutput;
  readonly #close: DigitalOutput;

  constructor(open: DigitalOutput, close: DigitalOutput) {
    this.#open = open;
    this.#close = close;
  }

  async write(drive: Drive): Promise<void> {
    for (const [direction, line] of [['open', this.#open] as const, ['close', this.#close] as const]) {
      if (drive === direction) continue;
      await line.write(false);
      if (await line.read())
        throw new AgentError('AGENT_READ_BACK_DIFFERS', `the line to ${direction} does not go off`);
    }
    if (drive !== 'stop') await (drive === 'open' ? this.#open : this.#close).write(true);
  }

  async read(): Promise<Drive> {
    const [open, close] = await Promise.all([this.#open.read(), this.#close.read()]);
    if (open && close) throw new AgentError('AGENT_READ_BACK_DIFFERS', 'both lines of the cover are active');
    return open ? 'open' : close ? 'close' : 'stop';
  }

  async close(): Promise<void> {
    await Promise.all([this.#open.close(), this.#close.close()]);
  }
}
