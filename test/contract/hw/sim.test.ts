import { type Board, openDriver } from '#hw';
import { type Bench, driverContract } from './driver-contract.ts';

const bench = (board: Board) => async (): Promise<Bench> => {
  const { driver, sim } = await openDriver({ driver: 'sim', board });
  if (!sim) throw new Error('the sim driver comes with its world');
  return {
    driver,
    lacks: ['debounce'],
    drive: (line, high) => sim.set(line, high),
    trace: (line) => {
      const levels: boolean[] = [];
      sim.watch(line, (high) => levels.push(high));
      return { levels, high: () => sim.lines().find(({ offset }) => offset === line)?.high ?? false };
    },
    lines: [22, 23, 24],
    unknownLine: 99,
    close: () => driver.close(),
  };
};

driverContract('sim as a Pi 4', bench('pi4'));
driverContract('sim as a Pi 5', bench('pi5'));
