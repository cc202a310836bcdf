import { type Driver, HardwareError, type LineId, type LineInfo, openDriver } from '#hw';
import { EXIT } from '../../lifecycle/exit-code.ts';
import { PLATFORMS } from '../../platforms/platforms.ts';
import type { EntityConfig } from '../../platforms/platform.ts';
import { type Check, configOf, type Finding, ok, warn } from './check.ts';

/** Which pins the node would have, why those, and who holds the lines that the config names. Opens no line. */
export const gpioCheck: Check = {
  name: 'gpio',
  exit: EXIT.no_permission,
  run: async (patient) => {
    const config = configOf(patient);
    const settings = config?.hardware.gpio ?? { driver: 'auto', board: 'pi5' };
    if (settings.driver === 'sim') return [ok('simulated pins, as the config says')];
    try {
      const { driver, reason } = await openDriver(settings);
      try {
        return [ok(`${driver.description}: ${reason}`), ...(await lineFindings(driver, config?.entities ?? []))];
      } finally {
        await driver.close();
      }
    } catch (error) {
      if (error instanceof HardwareError) return [warn(error.message, error.remedy)];
      throw error;
    }
  },
};

async function lineFindings(driver: Driver, entities: readonly EntityConfig[]): Promise<Finding[]> {
  const infos = await driver.lines();
  return entities.flatMap((entity) =>
    linesOf(entity).map((line) =>
      lineFinding(
        entity.id,
        line,
        infos.find((info) => isLine(info, line)),
      ),
    ),
  );
}

const linesOf = (entity: EntityConfig): readonly LineId[] =>
  PLATFORMS.find(({ name }) => name === entity.platform)?.lines(entity) ?? [];

const isLine = ({ offset, name }: LineInfo, line: LineId): boolean =>
  (typeof line === 'number' ? offset : name) === line;

function lineFinding(entity: string, line: LineId, info: LineInfo | undefined): Finding {
  if (!info) return warn(`${entity}: there is no line ${JSON.stringify(line)}`, 'use a line that the chip has');
  const { offset, name, direction, consumer } = info;
  const what = `${entity}: line ${offset}${name === '' ? '' : ` (${name})`}, ${direction}`;
  if (consumer === undefined) return ok(`${what}, free`);
  if (consumer === 'pinbus') return ok(`${what}, held by pinbus`);
  return warn(
    `${what}, held by ${JSON.stringify(consumer)}`,
    'stop the program that holds the line, or take the device-tree overlay that does out of config.txt',
  );
}
