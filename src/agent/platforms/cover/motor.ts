import type { DigitalOutputs, Driver, Level } from '#hw';
import { AgentError } from '../../errors.ts';
import type { Output } from '../../entity/truth.ts';
import type { CoverConfig } from './config.ts';
import type { Direction } from './travel.ts';

/** What the two relays of a cover's motor do. */
export type Drive = Direction | 'stop';

/** In the order of the lines. */
const DIRECTIONS: readonly Direction[] = ['open', 'close'];

/** Takes both lines, inactive, or none; only then it runs. */
export async function openMotor(driver: Driver, config: CoverConfig, initial: Drive): Promise<Output<Drive>> {
  const { open_line, close_line, active_low, drive } = config;
  const lines = [open_line, close_line];
  const relays = await driver.openOutputs({ lines, active_low, drive, initial: levelsOf('stop') });
  const motor = new Motor(relays);
  try {
    if (initial !== 'stop') await motor.write(initial);
    return motor;
  } catch (error) {
    await motor.close();
    throw error;
  }
}

/** Two relays of which at most one is active: what shall not be is switched off, and read off, before the other goes on. */
class Motor implements Output<Drive> {
  readonly #relays: DigitalOutputs;

  constructor(relays: DigitalOutputs) {
    this.#relays = relays;
  }

  async write(drive: Drive): Promise<void> {
    const isOther = (direction: Direction): boolean => direction !== drive;
    if (drive === 'stop' || (await this.#active()).some(isOther)) {
      await this.#relays.write(levelsOf('stop'));
      const stuck = (await this.#active()).find(isOther);
      if (stuck !== undefined) {
        throw new AgentError('AGENT_READ_BACK_DIFFERS', `the line to ${stuck} does not go off`);
      }
    }
    if (drive !== 'stop') await this.#relays.write(levelsOf(drive));
  }

  async read(): Promise<Drive> {
    const [direction = 'stop', other] = await this.#active();
    if (other !== undefined) throw new AgentError('AGENT_READ_BACK_DIFFERS', 'both lines of the cover are active');
    return direction;
  }

  close(): Promise<void> {
    return this.#relays.close();
  }

  async #active(): Promise<readonly Direction[]> {
    const levels = await this.#relays.read();
    return DIRECTIONS.filter((_, index) => levels[index] === true);
  }
}

const levelsOf = (drive: Drive): readonly Level[] => DIRECTIONS.map((direction) => direction === drive);
