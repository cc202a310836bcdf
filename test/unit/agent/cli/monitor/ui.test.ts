import { expect, test } from 'vitest';
import { FIRST_UI, press, selection, type Ui } from '../../../../../src/agent/cli/monitor/ui.ts';

const entities = ['porch/a', 'porch/b', 'porch/c'];
const after = (ui: Ui, ...keys: string[]): Ui =>
  keys.reduce((ui, name) => press(ui, { name, sequence: name }, entities)[0], ui);

test('arrows move the selection and stop at the ends', () => {
  expect(selection(FIRST_UI, entities)).toBe('porch/a');
  expect(after(FIRST_UI, 'up').selected).toBe('porch/a');
  expect(after(FIRST_UI, 'down', 'down').selected).toBe('porch/c');
  expect(after(FIRST_UI, 'down', 'down', 'down').selected).toBe('porch/c');
  expect(after(FIRST_UI, 'end', 'home').selected).toBe('porch/a');
});

test('an entity that is gone leaves the first one selected', () => {
  expect(selection({ ...FIRST_UI, selected: 'porch/gone' }, entities)).toBe('porch/a');
  expect(selection(FIRST_UI, [])).toBeUndefined();
  expect(press(FIRST_UI, { name: 'down' }, [])[0].selected).toBeUndefined();
});

test('space and enter act', () => {
  expect(press(FIRST_UI, { name: 'space' }, entities)[1]).toBe('act');
  expect(press(FIRST_UI, { name: 'return' }, entities)[1]).toBe('act');
});

test('while a filter is typed, letters are text and q does not quit', () => {
  const typing = press(FIRST_UI, { sequence: '/' }, entities)[0];
  const [ui, intent] = press(typing, { name: 'q', sequence: 'q' }, entities);
  expect([ui.filter, intent]).toEqual(['q', 'none']);
  expect(after(ui, 'backspace').filter).toBe('');
  expect(after(ui, 'return')).toMatchObject({ typing: false, filter: 'q' });
  expect(after(ui, 'escape')).toMatchObject({ typing: false, filter: '' });
});

test('Ctrl-C quits whatever is going on', () => {
  for (const ui of [FIRST_UI, { ...FIRST_UI, typing: true }, { ...FIRST_UI, help: true }]) {
    expect(press(ui, { name: 'c', ctrl: true }, entities)[1]).toBe('quit');
  }
});

test('any key closes the help', () => {
  const help = press(FIRST_UI, { sequence: '?' }, entities)[0];
  expect(help.help).toBe(true);
  expect(press(help, { name: 'x' }, entities)[0].help).toBe(false);
});
