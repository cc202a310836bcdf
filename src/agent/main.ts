#!/usr/bin/env node
import { run } from './cli/run.ts';
import { processIo } from './cli/io.ts';

// A reader that has seen enough (`pinbus sub | head`) is not a fault.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

process.exitCode = await run(process.argv.slice(2), processIo());
