import { expect, test } from 'vitest';
import { judge } from '../../../../src/agent/cli/doctor/node-version.ts';
import { wantsColour } from '../../../../src/agent/cli/io.ts';

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
])('%j at a terminal (%s) means colour: %s', (env, isTerminal, colour) => {
  expect(wantsColour(env, isTerminal)).toBe(colour);
});

test.each([
  ['18.20.4', 'fail'],
  ['20.18.9', 'fail'],
  ['20.19.0', 'ok'],
  ['22.0.0', 'ok'],
])('Node.js %s is %s', (version, verdict) => {
  expect(judge(version, 'linux arm64').verdict).toBe(verdict);
});
