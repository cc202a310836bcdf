import { type Board, type DriverName, openDriver } from '#hw';
import type { Bench, Lack } from '../contract/hw/driver/scene.ts';
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
    high: (line) => chip.high(line),
    trace: (...lines) => {
      const record = new LevelRecord(chip, ...lines);
      return {
        get changes() {
          return record.changes.map(({ line, high }) => ({ line, high }));
        },
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
