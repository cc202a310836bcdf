/**
 * The screen of a terminal: takes what programs write and keeps what a person sees. Knows the control sequences that
 * shells, pino-pretty and the monitor use (ECMA-48 and xterm); others are skipped.
 */

const PLAIN = Object.freeze({ colour: 'text', bold: false, dim: false, inverse: false });
const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

const ESC = '\u001b';
const BEL = '\u0007';
/** A control sequence, an operating system command, another escape, or one character. */
const TOKEN = new RegExp(
  [
    String.raw`${ESC}\[([?>]?)([\d;]*)([@-~])`,
    String.raw`${ESC}\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\)`,
    String.raw`${ESC}[()][A-Z0-9]`,
    String.raw`${ESC}[^[\]()]`,
    `[^${ESC}]`,
  ].join('|'),
  'guy',
);

export class Grid {
  constructor(columns, rows) {
    this.columns = columns;
    this.rows = rows;
    this.lines = Array.from({ length: rows }, () => blank(columns));
    this.row = 0;
    this.column = 0;
    this.style = PLAIN;
    this.cursor = true;
    this.saved = undefined;
    this.rest = '';
  }

  /** Takes output as it comes; a sequence that is cut in two waits for its second half. */
  write(text) {
    this.rest += text;
    let end = 0;
    for (const match of this.rest.matchAll(TOKEN)) {
      end = match.index + match[0].length;
      if (match[3] !== undefined) this.#control(match[1], match[2], match[3]);
      else if (!match[0].startsWith(ESC)) this.#put(match[0]);
    }
    this.rest = this.rest.slice(end);
  }

  /** A copy of what is on show: rows of cells. */
  snapshot() {
    return this.lines.map((line, row) =>
      line.map((cell, column) =>
        this.cursor && row === this.row && column === Math.min(this.column, this.columns - 1)
          ? { ...cell, style: { ...cell.style, inverse: !cell.style.inverse } }
          : cell,
      ),
    );
  }

  #put(character) {
    if (character === '\n') return this.#feed();
    if (character === '\r') this.column = 0;
    else if (character === '\b') this.column = Math.max(this.column - 1, 0);
    else if (character === '\t') this.column = Math.min((Math.floor(this.column / 8) + 1) * 8, this.columns - 1);
    else if (character >= ' ' && character !== '\u007f') {
      if (this.column >= this.columns) {
        this.column = 0;
        this.#feed();
      }
      this.lines[this.row][this.column] = { character, style: this.style };
      this.column += 1;
    }
    return undefined;
  }

  #feed() {
    if (this.row < this.rows - 1) this.row += 1;
    else this.lines = [...this.lines.slice(1), blank(this.columns)];
  }

  #control(mark, parameters, final) {
    const [first = 0, second = 0] = parameters.split(';').map(Number);
    if (mark === '?') return this.#mode(first, final === 'h');
    if (final === 'm') this.style = parameters.split(';').map(Number).reduce(restyle, this.style);
    if (final === 'H') {
      this.row = Math.min(Math.max(first - 1, 0), this.rows - 1);
      this.column = Math.min(Math.max(second - 1, 0), this.columns - 1);
    }
    if (final === 'K') this.lines[this.row].fill(SPACE, first === 1 ? 0 : this.column);
    if (final === 'J')
      this.lines = this.lines.map((line, row) => (first < 2 && row < this.row ? line : blank(this.columns)));
    if (final === 'C') this.column = Math.min(this.column + (first || 1), this.columns - 1);
    if (final === 'D') this.column = Math.max(this.column - (first || 1), 0);
    return undefined;
  }

  #mode(number, on) {
    if (number === 25) this.cursor = on;
    if (number !== 1049) return;
    if (on) {
      this.saved = { lines: this.lines, row: this.row, column: this.column };
      this.lines = Array.from({ length: this.rows }, () => blank(this.columns));
    } else if (this.saved !== undefined) {
      Object.assign(this, this.saved);
    }
  }
}

const SPACE = Object.freeze({ character: ' ', style: PLAIN });
const blank = (columns) => Array.from({ length: columns }, () => SPACE);

/** One parameter of SGR. */
function restyle(style, code) {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 7) return { ...style, inverse: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 27) return { ...style, inverse: false };
  if (code === 39) return { ...style, colour: 'text' };
  if (code >= 30 && code <= 37) return { ...style, colour: COLOURS[code - 30] };
  if (code >= 90 && code <= 97) return { ...style, colour: code === 90 ? 'grey' : COLOURS[code - 90] };
  return style;
}
