/** The colours of the terminal's own palette, so that they suit a light one and a dark one. */
const CODES = { bold: 1, dim: 2, inverse: 7, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 } as const;

export type Paint = Readonly<Record<keyof typeof CODES, (text: string) => string>>;

const RESET = '\u001b[0m';
const coloured: Paint = build((code, text) => `\u001b[${code}m${text}${RESET}`);
const plain: Paint = build((_code, text) => text);

export function paint(colour: boolean): Paint {
  return colour ? coloured : plain;
}

function build(apply: (code: number, text: string) => string): Paint {
  const one = (name: keyof typeof CODES) => (text: string) => apply(CODES[name], text);
  return {
    bold: one('bold'),
    dim: one('dim'),
    inverse: one('inverse'),
    red: one('red'),
    green: one('green'),
    yellow: one('yellow'),
    blue: one('blue'),
    cyan: one('cyan'),
  };
}
