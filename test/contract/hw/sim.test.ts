import { type Board, openDriver } from '#hw';
import { driverContract } from './driver-contract.ts';
import type { Bench, Change } from './driver/scene.ts';

const bench = (board: Board) => async (): Promise<Bench> => {
  const { driver, sim } = await openDriver({ driver: 'sim', board });
  if (!sim) throw new Error('the sim driver comes with its world');
  return {
    driver,
    lacks: ['debounce'],
    drive: (line, high) => sim.set(line, high),
    high: (line) => sim.lines().find(({ offset }) => offset === line)?.high ?? false,
    trace: (...lines) => {
      const changes: Change[] = [];
      for (const line of lines) sim.watch(line, (high) => changes.push({ line, high }));
      return { changes };
    },
    lines: [22, 23, 24],
    unknownLine: 99,
    close: () => driver.close(),
  };
};

driverContract('sim as a Pi 4', bench('pi4'));
driverContract('sim as a Pi 5', bench('pi5'));
