import { type Driver, HardwareError, type LineId, type LineInfo, openDriver } from '#hw';
import type { Config } from '../../config/config.ts';
import { EXIT } from '../../lifecycle/exit-code.ts';
import { linesOf } from '../../platforms/platforms.ts';
import { type Check, configOf, type Finding, ok, warn } from './check.ts';
import { retainedStates } from './retained-states.ts';

/** Which pins the node would have, why those, who holds the lines that the config names, and their levels. Opens no line. */
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
        return [ok(`${driver.description}: ${reason}`), ...(config ? await findingsOf(driver, config) : [])];
      } finally {
        await driver.close();
      }
    } catch (error) {
      if (error instanceof HardwareError) return [warn(error.message, error.remedy)];
      throw error;
    }
  },
};

async function findingsOf(driver: Driver, config: Config): Promise<readonly Finding[]> {
  const infos = await driver.lines();
  const lines = config.entities.flatMap((entity) =>
    linesOf(entity).map((line) => ({ entity: entity.id, line, info: infos.find((info) => isLine(info, line)) })),
  );
  // sysfs names itself, whoever has exported the line.
  const own = driver.name === 'onoff' ? 'sysfs' : 'pinbus';
  const states = lines.some(({ info }) => info?.consumer === own)
    ? await retainedStates(config)
    : new Map<string, string>();
  const unread = lines.some(({ info }) => info !== undefined && info.consumer === undefined && info.high === undefined);
  return [
    ...lines.map(({ entity, line, info }) =>
      lineFinding(entity, line, info, { consumer: own, state: states.get(entity) }),
    ),
    ...(unread ? [ok(UNREAD)] : []),
  ];
}

/** A line that is asked for and let go of becomes an input, whatever it was: that is not looking. */
const UNREAD =
  'the level of a free line is not read: that would take the line; for root the kernel shows those of a Raspberry Pi';

const isLine = ({ offset, name }: LineInfo, line: LineId): boolean =>
  (typeof line === 'number' ? offset : name) === line;

/** `node`: as which consumer it holds its lines, and what it says of the entity. */
function lineFinding(
  entity: string,
  line: LineId,
  info: LineInfo | undefined,
  node: { readonly consumer: string; readonly state: string | undefined },
): Finding {
  if (!info) return warn(`${entity}: there is no line ${JSON.stringify(line)}`, 'use a line that the chip has');
  const { offset, name, direction, consumer, high, function: other } = info;
  const seen = [direction, other, high === undefined ? undefined : high ? 'high' : 'low'];
  const what = [`${entity}: line ${offset}${name === '' ? '' : ` (${name})`}`, ...seen]
    .filter((part) => part !== undefined)
    .join(', ');
  if (consumer === undefined) return ok(direction === undefined ? what : `${what}, free`);
  if (consumer === node.consumer) {
    return ok(`${what}, held by ${consumer}${node.state === undefined ? '' : `; the node says ${node.state}`}`);
  }
  return warn(
    `${what}, held by ${JSON.stringify(consumer)}`,
    'stop the program that holds the line, or take the device-tree overlay that does out of config.txt',
  );
}
