import { expect, test } from 'vitest';
import { LogOutput } from '../../../../src/agent/log/output.ts';

/** A descriptor that takes what the test lets it take, and then answers with an errno. */
class Descriptor {
  text = '';
  room = Number.POSITIVE_INFINITY;
  errno = 'EAGAIN';

  readonly write = (bytes: Buffer): number => {
    if (this.room === 0) throw Object.assign(new Error(this.errno), { code: this.errno });
    const taken = Math.min(this.room, bytes.length);
    this.text += bytes.toString('utf8', 0, taken);
    this.room -= taken;
    return taken;
  };
}

function rig() {
  const descriptor = new Descriptor();
  return { descriptor, output: new LogOutput({ write: descriptor.write }) };
}

const lost = (line: string | undefined): unknown => JSON.parse(line ?? 'null');

test('a line is written when the call returns', () => {
  const { descriptor, output } = rig();
  output.write('one\n');
  expect(descriptor.text).toBe('one\n');
});

test('a reader who pauses in the middle of a line misses nothing', () => {
  const { descriptor, output } = rig();
  descriptor.room = 2;
  output.write('one\n');
  output.write('two\n');
  expect(descriptor.text).toBe('on');
  descriptor.room = Number.POSITIVE_INFINITY;
  output.flush();
  expect(descriptor.text).toBe('one\ntwo\n');
});

test('a reader who stands still costs lines beyond a bound, and is told how many', () => {
  const { descriptor, output } = rig();
  descriptor.room = 0;
  const line = `${'x'.repeat(1_023)}\n`;
  for (let count = 0; count < 1_030; count += 1) output.write(line);
  descriptor.room = Number.POSITIVE_INFINITY;
  output.flush();
  expect(descriptor.text).toHaveLength(1_048_576);
  output.write('{}\n');
  expect(lost(descriptor.text.split('\n').at(-3))).toMatchObject({ level: 'warn', component: 'log', lost: 6 });
});

test.each(['ENOSPC', 'EIO', 'EDQUOT'])('%s costs lines and nothing else, and is told of once it is over', (errno) => {
  const { descriptor, output } = rig();
  descriptor.errno = errno;
  descriptor.room = 2;
  output.write('one\n');
  output.write('two\n');
  descriptor.room = Number.POSITIVE_INFINITY;
  output.write('{}\n');
  const [torn, gap, line] = descriptor.text.split('\n');
  expect(torn).toBe('on');
  expect(lost(gap)).toMatchObject({ lost: 2, reason: errno });
  expect(line).toBe('{}');
});

test('a gap that cannot be told of yet is told of later', () => {
  const { descriptor, output } = rig();
  descriptor.errno = 'ENOSPC';
  descriptor.room = 0;
  for (const line of ['one\n', 'two\n', 'three\n']) output.write(line);
  descriptor.room = Number.POSITIVE_INFINITY;
  output.write('{}\n');
  expect(lost(descriptor.text.split('\n')[0])).toMatchObject({ lost: 3 });
});

test('a pipe whose reader is gone is left alone', () => {
  const { descriptor, output } = rig();
  descriptor.errno = 'EPIPE';
  descriptor.room = 0;
  output.write('one\n');
  descriptor.room = Number.POSITIVE_INFINITY;
  output.write('two\n');
  expect(descriptor.text).toBe('');
});
