// How many faults a test makes at random moments, and which: `npm run test:faults POINTS SEED` says, `npm test` takes the least.
import { appendFileSync } from 'node:fs';
import type { Outcome } from './ledger.ts';

export const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9));
const ASKED = Number(process.env['PINBUS_FAULT_POINTS'] ?? 0);
/** Where `npm run test:faults` reads what it says at its end, a line of JSON each. */
const REPORT = process.env['PINBUS_FAULT_REPORT'];
const SAID_EACH = 10;

/** The share of the asked number that falls to a test, and never less than it needs to mean something. */
export const faultPoints = (share: number, least: number): number => Math.max(least, Math.ceil(ASKED * share));

/** A line for each ten, and for the last. */
export function sayProgress(what: string, point: number, points: number, tally: Outcome): void {
  if (point % SAID_EACH !== 0 && point !== points) return;
  const { acknowledged, lost, duplicated, reordered, unexpected } = tally;
  console.log(
    `${point} of ${points} ${what}, seed ${SEED}: ${acknowledged} acknowledged, ${lost} of them not there yet; ` +
      `duplicated ${duplicated}, reordered ${reordered}, unexpected ${unexpected}`,
  );
}

/** What became of everything, in the end. */
export function sayOutcome(what: string, { acknowledged, ...outcome }: Outcome): void {
  const { lost, recovered, duplicated, reordered, unexpected } = outcome;
  console.log(
    `${what}, seed ${SEED}: ${acknowledged} acknowledged; ` +
      `lost ${lost}, recovered ${recovered}, duplicated ${duplicated}, reordered ${reordered}, unexpected ${unexpected}`,
  );
  report({ what, outcome: { acknowledged, lost, recovered, duplicated, reordered, unexpected } });
}

/** What was under way when a node was killed: where random moments fall is for a person to see. */
export interface Moment {
  /** Publishes that it had not acknowledged. */
  readonly unacknowledged: number;
  /** Acknowledged, and not yet in the cloud. */
  readonly owed: number;
  readonly link: 'none' | 'opening' | 'up';
}

export function sayMoment(what: string, moment: Moment): void {
  report({ what, moment });
}

function report(line: unknown): void {
  if (REPORT !== undefined) appendFileSync(REPORT, `${JSON.stringify(line)}\n`);
}
