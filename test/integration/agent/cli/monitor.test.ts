import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../../../rigs/command-line.ts';
import { MAIN, Pinbus } from '../../../rigs/pinbus.ts';
import { TerminalProgram } from '../../../rigs/terminal.ts';

const ENTER = '\u001b[?1049h';
const LEAVE = '\u001b[?1049l';
const TO_LINE = new RegExp(String.raw`${String.fromCharCode(0x1b)}\[\d+;1H`, 'g');
const SHOW_CURSOR = '\u001b[?25h';

let pinbus: Pinbus;

beforeAll(async () => {
  pinbus = await Pinbus.start({
    config: {
      entities: [
        { id: 'porch_lamp', platform: 'switch', line: 17 },
        { id: 'garden_pump', platform: 'switch', line: 27 },
      ],
    },
  });
});

afterAll(() => pinbus.dispose());

const monitor = () =>
  new TerminalProgram([process.execPath, MAIN, 'monitor', '-c', pinbus.file], { env: { NO_COLOR: '1' } });

test('shows what is there, toggles what is selected, and gives the terminal back', async () => {
  const screen = monitor();
  try {
    await screen.shows(/Porch lamp +switch +\S*OFF/);
    expect(screen.output).toContain(ENTER);
    const before = screen.output.length;
    screen.type(' ');
    await screen.shows(/Porch lamp[^]*ON/, before);
    expect(
      (await commandLine(['sub', '--retained-only', 'pinbus/v1/porch/porch_lamp/state', '--url', pinbus.url])).out,
    ).toContain(' ON ');
    screen.type('\u001b[B ');
    await screen.shows(/Garden pump[^]*ON/, before);
    screen.type('/pump\r');
    await screen.shows('/pump (esc: all)', before);
    screen.type('q');
    expect(await screen.exited).toBe(0);
    expect(screen.output).toContain(SHOW_CURSOR);
    expect(screen.output.trimEnd().endsWith(LEAVE)).toBe(true);
  } finally {
    await screen.close();
  }
});

test('shows a change that somebody else made', async () => {
  const screen = monitor();
  try {
    await screen.shows(/Porch lamp/);
    const before = screen.output.length;
    await commandLine(['pub', 'pinbus/v1/porch/porch_lamp/set', 'TOGGLE', '--url', pinbus.url]);
    await screen.shows(/Porch lamp +switch +\S*(ON|OFF)/, before);
    await commandLine(['pub', 'pinbus/v1/porch/porch_lamp/set', 'nonsense', '--url', pinbus.url]);
    await screen.shows(/rejected +\ds ago/, before);
  } finally {
    await screen.close();
  }
});

test('draws anew when the terminal changes its size', async () => {
  const screen = monitor();
  try {
    await screen.shows(/Porch lamp/);
    const before = screen.output.length;
    screen.resize(40, 6);
    await screen.shows('\u001b[6;1H', before);
    const widest = Math.max(
      ...stripVTControlCharacters(screen.output.slice(before).replaceAll(TO_LINE, '\n'))
        .split('\n')
        .map(({ length }) => length),
    );
    expect(widest).toBeLessThanOrEqual(40);
  } finally {
    await screen.close();
  }
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s gives the terminal back', async (signal) => {
  const screen = monitor();
  await screen.shows(/Porch lamp/);
  screen.signal(signal);
  expect(await screen.exited).toBe(0);
  expect(screen.output.trimEnd().endsWith(LEAVE)).toBe(true);
});

test('where there is no terminal it says what to use, and ends', async () => {
  const { exit, err } = await commandLine(['monitor', '--url', pinbus.url]);
  expect(exit).toBe(64);
  expect(err).toContain('pinbus sub');
});

test('a broker that is not there is said before the screen is taken', async () => {
  const screen = new TerminalProgram([process.execPath, MAIN, 'monitor', '--url', 'mqtt://127.0.0.1:1']);
  expect(await screen.exited).toBe(69);
  expect(screen.output).toContain('no broker answers');
  expect(screen.output).not.toContain(ENTER);
});
