// What `npm run test:faults` says at its end: what became of all messages in each play, and where the kills of a bridging node fell.
import { existsSync, readFileSync } from 'node:fs';

/** As test/rigs/ledger.ts has them. */
const WORDS = ['acknowledged', 'lost', 'recovered', 'duplicated', 'reordered', 'unexpected'];

/** What can be under way when a node is killed (test/rigs/fault-points.ts); a kill counts wherever it is true. */
const UNDER_WAY = {
  kills: () => true,
  'a PUBACK owed': ({ unacknowledged }) => unacknowledged > 0,
  'a backlog': ({ owed }) => owed > 0,
  'a link': ({ link }) => link === 'up',
  'one that opens': ({ link }) => link === 'opening',
  'no link': ({ link }) => link === 'none',
};

/** Of the lines of JSON that the tests left in `file`; empty when they left none. */
export function faultReport(file) {
  if (!existsSync(file)) return '';
  const lines = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const outcomes = lines.filter(({ outcome }) => outcome !== undefined);
  const sumOf = (word) => outcomes.reduce((sum, { outcome }) => sum + outcome[word], 0);
  const killed = Object.entries(grouped(lines.filter(({ moment }) => moment !== undefined)));
  return [
    table([
      ['', ...WORDS],
      ...outcomes.map(({ what, outcome }) => [what, ...WORDS.map((word) => outcome[word])]),
      ['all', ...WORDS.map(sumOf)],
    ]),
    table([
      ['killed while', ...Object.keys(UNDER_WAY)],
      ...killed.map(([what, moments]) => [what, ...Object.values(UNDER_WAY).map((is) => moments.filter(is).length)]),
    ]),
  ].join('\n\n');
}

function grouped(lines) {
  const groups = {};
  for (const { what, moment } of lines) (groups[what] ??= []).push(moment);
  return groups;
}

/** Markdown: the first column to the left, the figures to the right. */
function table(rows) {
  const texts = rows.map((row) => row.map((cell) => cell.toLocaleString('en-US')));
  const widths = texts[0].map((_, column) => Math.max(3, ...texts.map((row) => row[column].length)));
  const line = (row) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join(' | ')} |`;
  const [head, ...body] = texts;
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [head, rule, ...body].map(line).join('\n');
}
