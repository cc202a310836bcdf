import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { AgentError } from '../errors.ts';
import { type Io, keyboardOf } from './io.ts';

/** Longest line that is taken from a standard input that is no terminal, in bytes. */
const MAX_SECRET_BYTES = 4_096;

/** Asks without an echo where a person sits at a terminal, else takes the first line of standard input. */
export async function askSecret(io: Io, question: string): Promise<string> {
  const keyboard = keyboardOf(io);
  if (keyboard === undefined) return firstLine(io);
  io.stderr.write(question);
  // readline edits the line and handles the keys; what it would echo goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: keyboard, output: nowhere, terminal: true });
  const interrupted = new AbortController();
  lines.once('SIGINT', () => interrupted.abort());
  try {
    return await lines.question('', { signal: interrupted.signal });
  } catch (error) {
    if (interrupted.signal.aborted) throw new AgentError('CLI_USAGE', 'no password was given', { cause: error });
    throw error;
  } finally {
    lines.close();
    io.stderr.write('\n');
  }
}

async function firstLine(io: Io): Promise<string> {
  let text = '';
  for await (const chunk of io.stdin) {
    text += String(chunk);
    const end = text.indexOf('\n');
    if (end >= 0) return text.slice(0, end).replace(/\r$/, '');
    if (text.length > MAX_SECRET_BYTES)
      throw new AgentError('CLI_USAGE', `the password is over ${MAX_SECRET_BYTES} bytes`);
  }
  return text;
}
