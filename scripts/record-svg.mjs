/** Windows of terminals as one SVG that plays what happened in them, and stays at its end where nothing may move. */

const CELL = { width: 8, height: 17 };
const PADDING = 12;
const TITLE = 28;
const GAP = 14;
/** Seconds that the last picture stays before it begins anew. */
const REST_S = 4;

const STYLE = `
svg { font: 13px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; }
.window { fill: #ffffff; stroke: #c8ccd2; } .bar { fill: #eceef1; } .title, .dim, .grey { fill: #6b7280; }
.text, .black, .white { fill: #1f2328; } .red { fill: #b3261e; } .green { fill: #17722f; } .yellow { fill: #8a5a00; }
.blue { fill: #1d5fc4; } .magenta { fill: #8a3bb0; } .cyan { fill: #0b6b78; } .paper { fill: #ffffff; }
.bold { font-weight: bold; } .dim { fill-opacity: 0.8; }
@media (prefers-color-scheme: dark) {
  .window { fill: #0f1318; stroke: #313840; } .bar { fill: #1b2129; } .title, .dim, .grey { fill: #8b95a1; }
  .text, .black, .white { fill: #d7dce2; } .red { fill: #ff7b72; } .green { fill: #56d364; } .yellow { fill: #e3b341; }
  .blue { fill: #79b8ff; } .magenta { fill: #d2a8ff; } .cyan { fill: #56d4dd; } .paper { fill: #0f1318; }
}
.past { visibility: hidden; }
@media (prefers-reduced-motion: no-preference) { .past, .last { animation: var(--shown) var(--length) step-end infinite; } }
`;

/**
 * `windows`: `{title, columns, rows, frames: [{at_s, cells}]}`, the frames in order, each the whole screen.
 * Only lines that changed are drawn again.
 */
export function recordSvg(windows, length_s) {
  const total_s = length_s + REST_S;
  const width = Math.max(...windows.map(({ columns }) => columns)) * CELL.width + 2 * PADDING + 2;
  const keyframes = new Map();
  let top = 1;
  const parts = windows.map((window) => {
    const height = TITLE + window.rows * CELL.height + PADDING;
    const part = windowSvg(window, top, width - 2, total_s, keyframes);
    top += height + GAP;
    return part;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top - GAP + 1}" width="${width}" height="${top - GAP + 1}">
<style>${STYLE}:root { --length: ${total_s.toFixed(1)}s; }
${[...keyframes.values()].join('\n')}
</style>
${parts.join('\n')}
</svg>
`;
}

function windowSvg({ title, rows, frames }, top, width, total_s, keyframes) {
  const height = TITLE + rows * CELL.height + PADDING;
  const lines = Array.from({ length: rows }, (_, row) => rowSvg(row, frames, total_s, keyframes)).join('');
  return `<g transform="translate(1 ${top})">
<rect class="window" width="${width}" height="${height}" rx="8"/><path class="bar" d="M0.5 ${TITLE - 4}V8a7.5 7.5 0 0 1 7.5-7.5H${width - 8}a7.5 7.5 0 0 1 7.5 7.5V${TITLE - 4}z"/>
<text class="title" x="${PADDING}" y="17">${escape(title)}</text>
<g transform="translate(${PADDING} ${TITLE})">${lines}</g>
</g>`;
}

/** All that a row showed, each for its time. */
function rowSvg(row, frames, total_s, keyframes) {
  const variants = [];
  for (const { at_s, cells } of frames) {
    const drawing = lineSvg(cells[row], row);
    if (variants.at(-1)?.drawing !== drawing) variants.push({ drawing, from_s: at_s });
  }
  return variants
    .map(({ drawing, from_s }, index) => {
      const until_s = variants[index + 1]?.from_s ?? total_s;
      if (drawing === '') return '';
      if (variants.length === 1 && from_s === 0) return drawing;
      const name = shownFrom(from_s / total_s, until_s / total_s, keyframes);
      const last = index === variants.length - 1;
      return `<g class="${last ? 'last' : 'past'}" style="--shown:${name}">${drawing}</g>`;
    })
    .join('');
}

/** Keyframes that show something for a part of the whole; the same times share them. */
function shownFrom(from, to, keyframes) {
  const [start, end] = [from, to].map((part) => Number((part * 100).toFixed(2)));
  const name = `k${start}_${end}`.replaceAll('.', '-');
  const steps = [`0% { visibility: ${start === 0 ? 'visible' : 'hidden'}; }`];
  if (start > 0) steps.push(`${start}% { visibility: visible; }`);
  if (end < 100) steps.push(`${end}%, 100% { visibility: hidden; }`);
  else steps.push('100% { visibility: visible; }');
  keyframes.set(name, `@keyframes ${name} { ${steps.join(' ')} }`);
  return name;
}

/** One line: runs of one style, each at its own place, so that no font moves a column; block characters are drawn. */
function lineSvg(cells, row) {
  const runs = [];
  cells.forEach((cell, column) => {
    const block = blockHeight(cell.character);
    const look = JSON.stringify([cell.style, block === undefined ? 'text' : 'block']);
    const run = runs.at(-1);
    if (run?.look === look) run.characters.push(cell.character);
    else runs.push({ look, column, style: cell.style, block: block !== undefined, characters: [cell.character] });
  });
  return runs.map((run) => (run.block ? blocksSvg(run, row) : textSvg(run, row))).join('');
}

function textSvg({ column, style, characters }, row) {
  const text = characters.join('');
  const x = column * CELL.width;
  const paper = style.inverse
    ? `<rect class="${style.colour}" x="${x}" y="${row * CELL.height}" width="${characters.length * CELL.width}" height="${CELL.height}"/>`
    : '';
  if (text.trim() === '') return paper;
  const names = [style.inverse ? 'paper' : style.dim ? 'dim' : style.colour, ...(style.bold ? ['bold'] : [])];
  const start = text.length - text.trimStart().length;
  const shown = text.trim();
  const place = `x="${x + start * CELL.width}" y="${row * CELL.height + 13}" textLength="${[...shown].length * CELL.width}"`;
  return `${paper}<text class="${names.join(' ')}" ${place} xml:space="preserve">${escape(shown)}</text>`;
}

function blocksSvg({ column, style, characters }, row) {
  const rects = characters.map((character, index) => {
    const height = (blockHeight(character) * (CELL.height - 3)) / 8;
    const x = (column + index) * CELL.width;
    return `M${x} ${(row + 1) * CELL.height - 1}v-${height}h${CELL.width}v${height}z`;
  });
  return `<path class="${style.colour}" d="${rects.join('')}"/>`;
}

/** Eighths of ▁ to █. */
function blockHeight(character) {
  const code = character.codePointAt(0);
  return code >= 0x2581 && code <= 0x2588 ? code - 0x2580 : undefined;
}

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
