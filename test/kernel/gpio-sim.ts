import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Board, LAYOUTS } from '../../src/hw/sim/boards.ts';

const CONFIGFS = '/sys/kernel/config/gpio-sim';
/** A Pi 5 has these before its header, so that gpiochip0 is the wrong one. */
const OTHER_CHIP = 'gpio-brcmstb@107d508500';

/** A chip of the kernel's gpio-sim as a board's header has it, and the far end of its pins. Levels are physical. */
export class GpioSim {
  readonly #folder: string;
  readonly #pins: string;
  /** /dev/gpiochipN. */
  readonly path: string;

  constructor(board: Board, name = 'header') {
    const { chip, names, held } = LAYOUTS[board];
    this.#folder = join(CONFIGFS, name);
    // A test that failed before it could take it away fails alone.
    if (existsSync(this.#folder)) this.remove();
    const header = join(this.#folder, 'bank1');
    for (const folder of [this.#folder, join(this.#folder, 'bank0'), header]) mkdirSync(folder);
    write(join(this.#folder, 'bank0/label'), OTHER_CHIP);
    write(join(this.#folder, 'bank0/num_lines'), '32');
    write(join(header, 'label'), chip);
    write(join(header, 'num_lines'), String(names.length));
    for (const [offset, line_name] of names.entries()) {
      if (line_name === '') continue;
      mkdirSync(join(header, `line${offset}`));
      write(join(header, `line${offset}/name`), line_name);
    }
    for (const [offset, consumer] of held) {
      mkdirSync(join(header, `line${offset}/hog`));
      write(join(header, `line${offset}/hog/name`), consumer);
      write(join(header, `line${offset}/hog/direction`), 'output-low');
    }
    write(join(this.#folder, 'live'), '1');
    const chip_name = read(join(header, 'chip_name'));
    this.path = `/dev/${chip_name}`;
    this.#pins = join('/sys/devices/platform', read(join(this.#folder, 'dev_name')), chip_name);
  }

  high(line: number): boolean {
    return read(join(this.#pins, `sim_gpio${line}/value`)) === '1';
  }

  /** gpio-sim has no wire to drive, only a pull that wins over nothing else. */
  pull(line: number, high: boolean): void {
    write(join(this.#pins, `sim_gpio${line}/pull`), high ? 'pull-up' : 'pull-down');
  }

  /** The number that tracepoints and sysfs call the line by. */
  globalNumber(line: number): number {
    const base = readdirSync('/sys/class/gpio')
      .filter((name) => name.startsWith('gpiochip'))
      .find((name) => read(join('/sys/class/gpio', name, 'label')) === this.#label);
    return Number(base?.slice('gpiochip'.length)) + line;
  }

  /** Takes the chip out of the kernel, as pulling out an expander does; what was open on it fails. */
  remove(): void {
    write(join(this.#folder, 'live'), '0');
    removeFolders(this.#folder);
  }

  get #label(): string {
    return read(join(this.#folder, 'bank1/label'));
  }
}

/** configfs removes a folder with its files, but not with the folders in it. */
function removeFolders(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeFolders(join(folder, entry.name));
  }
  rmdirSync(folder);
}

const read = (file: string): string => readFileSync(file, 'utf8').trim();
const write = (file: string, text: string): void => writeFileSync(file, text);
