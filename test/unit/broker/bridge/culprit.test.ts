import { describe, expect, test } from 'vitest';
import { Culprit } from '../../../../src/broker/bridge/culprit.ts';

/** Links to an upstream that closes at `guilty`, which has to be sent again each time; the number of links it took. */
function hunt(culprit: Culprit, messages: readonly number[], guilty: ReadonlySet<number>, links = 100): number[] {
  const found: number[] = [];
  let owed = [...messages];
  for (let link = 0; link < links && owed.length > 0; link++) {
    const unanswered: number[] = [];
    let next = 0;
    for (;;) {
      while (unanswered.length < culprit.window && next < owed.length) unanswered.push(owed[next++] ?? Number.NaN);
      const [oldest] = unanswered;
      if (oldest === undefined || guilty.has(oldest)) break;
      unanswered.shift();
      owed = owed.slice(1);
      next -= 1;
      culprit.answered(oldest);
    }
    const [first] = unanswered;
    if (first === undefined || !culprit.closed(unanswered)) continue;
    found.push(first);
    owed = owed.filter((each) => each !== first);
  }
  return found;
}
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('the message that an upstream closes the connection for', () => {
  test.each([[0], [150], [299]])('is found among others at place %i, and no other is', (place) => {
    expect(hunt(new Culprit(200), numbers(300), new Set([place]))).toEqual([place]);
  });

  test('is found as well where there are several', () => {
    expect(hunt(new Culprit(200), numbers(600), new Set([10, 11, 400]))).toEqual([10, 11, 400]);
  });

  test('takes a dozen links, not one for each message', () => {
    expect(hunt(new Culprit(200), numbers(300), new Set([150]), 14)).toEqual([150]);
  });

  test('is not named for a link or two that were lost', () => {
    const culprit = new Culprit(200);
    for (let i = 0; i < 4; i++) expect(culprit.closed([7])).toBe(false);
    culprit.answered(7);
    for (let i = 0; i < 3; i++) expect(culprit.closed([7])).toBe(false);
  });

  test('the window opens again when messages are taken', () => {
    const culprit = new Culprit(200);
    culprit.closed(numbers(200));
    expect(culprit.wanted).toBe(false);
    culprit.closed(numbers(200));
    expect(culprit.window).toBe(100);
    expect(culprit.wanted).toBe(true);
    for (const number of numbers(100)) culprit.answered(number);
    expect(culprit.window).toBe(200);
    expect(culprit.wanted).toBe(false);
  });

  test('an end with nothing on the way says nothing', () => {
    const culprit = new Culprit(200);
    expect(culprit.closed([])).toBe(false);
    expect(culprit.window).toBe(200);
  });
});
