#!/usr/bin/env node
import { describeFailure } from './cli/failure.ts';
import { processIo } from './cli/io.ts';
import { run } from './cli/run.ts';
import { EXIT, exitCodeOf } from './lifecycle/exit-code.ts';

const io = processIo();
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough (`pinbus sub | head`) is not a fault.
    if (error.code === 'EPIPE') process.exit(EXIT.ok);
    if (stream === process.stdout) process.stderr.write(describeFailure(error, io));
    process.exit(exitCodeOf(error));
  });
}

process.exitCode = await run(process.argv.slice(2), io);
