import { type Board, openDriver } from '#hw';
import { type Bench, driverContract } from '../contract/hw/driver-contract.ts';
import { GpioSim } from './gpio-sim.ts';
import { LevelRecord } from './level-record.ts';

const bench = (board: Board) => async (): Promise<Bench> => {
  const chip = new GpioSim(board);
  const { driver } = await openDriver({ driver: 'cdev', board });
  return {
    driver,
    drive: (line, high) => chip.pull(line, high),
    trace: (line) => {
      const record = new LevelRecord(chip, line);
      return {
        get levels() {
          return record.levels;
        },
        high: () => chip.high(line),
      };
    },
    lines: [22, 23, 24],
    unknownLine: 99,
    pwmLine: 18,
    close: async () => {
      await driver.close();
      chip.remove();
    },
  };
};

driverContract('cdev on the chip of a Pi 4', bench('pi4'));
driverContract('cdev on the chip of a Pi 5', bench('pi5'));
