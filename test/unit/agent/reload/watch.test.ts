import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigWatch } from '../../../../src/agent/reload/watch.ts';
import { until } from '../../../rigs/until.ts';

const log = pino({ level: 'silent' });

describe('the watch on a config', () => {
  let folder: string;
  let file: string;
  let changes: number;
  let watch: ConfigWatch;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pinbus-watch-'));
    file = join(folder, 'pinbus.yaml');
    await writeFile(file, 'node: { id: porch }\n');
    changes = 0;
    watch = new ConfigWatch({ file, log, onChange: () => (changes += 1) });
    await watch.start();
  });

  afterEach(async () => {
    watch.stop();
    await rm(folder, { recursive: true });
  });

  it('notices a file that is written in place, and not at each of many writes', async () => {
    for (let part = 0; part < 5; part += 1) await writeFile(file, `node: { id: porch${part} }\n`);
    await until('the change', () => changes > 0);
    expect(changes).toBeLessThan(5);
  });

  it('notices a file that is replaced by another of its name, as editors do, again and again', async () => {
    for (let round = 1; round <= 3; round += 1) {
      await writeFile(`${file}.new`, `node: { id: porch${round} }\n`);
      await rename(`${file}.new`, file);
      await until(`change ${round}`, () => changes === round);
    }
  });

  it('says nothing when the content stays the same, or another file changes', async () => {
    const other = join(folder, 'other.yaml');
    await writeFile(other, 'one');
    let other_changes = 0;
    const other_watch = new ConfigWatch({ file: other, log, onChange: () => (other_changes += 1) });
    await other_watch.start();
    await writeFile(file, 'node: { id: porch }\n');
    await writeFile(other, 'two');
    // The other watch is as slow as this one and was asked later: what this one had to say it has said.
    await until('the change of the other file', () => other_changes > 0);
    other_watch.stop();
    expect(changes).toBe(0);
  });

  it('does not take a file that is gone for a change, and notices it when it is back', async () => {
    await rm(file);
    await writeFile(file, 'node: { id: cellar }\n');
    await until('the file that is back', () => changes > 0);
  });

  it('notices what is written into the file that replaced it', async () => {
    await writeFile(`${file}.new`, 'node: { id: cellar }\n');
    await rename(`${file}.new`, file);
    await until('the other file', () => changes === 1);
    await writeFile(file, 'node: { id: attic }\n');
    await until('what is in it', () => changes === 2);
  });

  it('starts all the same where there is no file, and notices the one that comes', async () => {
    const late = join(folder, 'late.yaml');
    let came = 0;
    const late_watch = new ConfigWatch({ file: late, log, onChange: () => (came += 1) });
    await late_watch.start();
    await writeFile(late, 'node: { id: porch }\n');
    await until('the file', () => came > 0);
    late_watch.stop();
  });
});
