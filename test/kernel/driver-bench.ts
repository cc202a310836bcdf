import { type Board, type DriverName, openDriver } from '#hw';
import type { Bench, Lack } from '../contract/hw/driver-contract.ts';
import { GpioSim } from './gpio-sim.ts';
import { LevelRecord } from './level-record.ts';

/** A driver of the kernel's, on a virtual chip with the label and the lines of that board's header. */
export async function kernelBench(name: DriverName, board: Board, lacks: readonly Lack[] = []): Promise<Bench> {
  const chip = new GpioSim(board);
  const { driver } = await openDriver({ driver: name, board });
  return {
    driver,
    lacks,
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
    close: async () => {
      await driver.close();
      chip.remove();
    },
  };
}
