import type { WriteStream } from 'node:tty';

/** Control sequences of ECMA-48 and xterm, which every terminal emulator and the Linux console know. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[2J';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const CLEAR = '\u001b[2J';
const TO_END = '\u001b[K';
const toLine = (line: number) => `\u001b[${line + 1};1H`;

/** The terminal's second screen: draws what changed, and gives the first one back however the process ends. */
export class Screen {
  readonly #output: WriteStream;
  readonly #leave = () => void this.#output.write(LEAVE);
  #shown: readonly string[] = [];

  constructor(output: WriteStream) {
    this.#output = output;
  }

  start(): void {
    this.#output.write(ENTER);
    // Runs on an uncaught error as well, before the stack is of any use to the person.
    process.once('exit', this.#leave);
  }

  stop(): void {
    process.removeListener('exit', this.#leave);
    this.#leave();
  }

  /** The next picture is drawn as a whole. */
  forget(): void {
    this.#shown = [];
    this.#output.write(CLEAR);
  }

  /** Draws the lines that differ. A terminal that is behind (a slow link) skips pictures, so that none pile up. */
  draw(lines: readonly string[]): void {
    if (this.#output.writableNeedDrain) return;
    const changes = changedLines(this.#shown, lines);
    if (changes !== '') this.#output.write(changes);
    this.#shown = lines;
  }
}

/** What to write to turn one picture into the other. */
export function changedLines(before: readonly string[], after: readonly string[]): string {
  return after.map((line, index) => (line === before[index] ? '' : `${toLine(index)}${line}${TO_END}`)).join('');
}
