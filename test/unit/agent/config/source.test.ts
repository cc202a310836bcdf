import { describe, expect, it } from 'vitest';
import { snippet, type Span } from '../../../../src/agent/config/source.ts';

const shown = (text: string, span: Span, secrets: readonly Span[] = []) => {
  const { line, column, text: excerpt, caret } = snippet({ file: 'pinbus.yaml', text, secrets }, span);
  return { line, column, excerpt, marked: excerpt.slice(caret.start, caret.start + caret.length) };
};

describe('the line that a message shows', () => {
  it('is the one that the place is on, with the place marked', () => {
    expect(shown('a: 1\nbc: 2\n', [5, 7])).toEqual({ line: 2, column: 1, excerpt: 'bc: 2', marked: 'bc' });
  });

  it('ends before the line break, whatever the system writes', () => {
    expect(shown('a: 1\r\nb: 2\r\n', [3, 9])).toEqual({ line: 1, column: 4, excerpt: 'a: 1', marked: '1' });
  });

  it('is there at the end of the file, and in an empty one', () => {
    expect(shown('a: 1\n', [5, 5])).toMatchObject({ line: 2, column: 1, excerpt: '' });
    expect(shown('', [0, 0])).toMatchObject({ line: 1, column: 1, excerpt: '' });
  });

  it('has no secret in it, and marks the same place all the same', () => {
    const text = 'x: { password: hunter2, acl: [] }';
    const secret: Span = [15, 22];
    expect(shown(text, [29, 31], [secret])).toMatchObject({
      column: 30,
      excerpt: 'x: { password: ***, acl: [] }',
      marked: '[]',
    });
    expect(shown(text, secret, [secret])).toMatchObject({ marked: '***' });
    expect(shown(text, [5, 13], [secret])).toMatchObject({ marked: 'password' });
  });

  it('hides a secret that begins on another line', () => {
    expect(shown('p: |\n  one\n  two\n', [13, 16], [[3, 17]])).toMatchObject({ line: 3, excerpt: '***' });
  });

  it('has no character that would move a cursor', () => {
    expect(shown('a: "\u001b[31m\u202e"', [0, 1]).excerpt).toBe('a: "?[31m?"');
  });

  it('is cut around the place when it is very long', () => {
    const { excerpt, marked } = shown(`${'x'.repeat(5_000)}here${'y'.repeat(5_000)}`, [5_000, 5_004]);
    expect(marked).toBe('here');
    expect(excerpt.length).toBeLessThan(130);
  });
});
