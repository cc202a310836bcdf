import type { Readable } from 'node:stream';
import { AgentError } from '../errors.ts';

/** The largest payload that is taken from a pipe, in bytes. */
const MAX_BYTES = 16 * 2 ** 20;

/** Standard input to its end, without the line feed that `echo` puts there. */
export async function readAll(stdin: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BYTES) throw new AgentError('CLI_USAGE', `standard input is over ${MAX_BYTES} bytes`);
    chunks.push(bytes);
  }
  const all = Buffer.concat(chunks);
  return all.at(-1) === 0x0a ? all.subarray(0, -1) : all;
}
