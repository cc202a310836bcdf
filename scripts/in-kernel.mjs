// Runs a command in the kernel with virtual pins: `node scripts/in-kernel.mjs COMMAND...`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareKernel, runInKernel } from './kernel.mjs';

const kernel = prepareKernel();
if ('linux' in kernel) {
  const folder = mkdtempSync(join(tmpdir(), 'pinbus-kernel-'));
  process.exitCode = runInKernel(kernel.linux, folder, process.argv.slice(2)) ?? 70;
  rmSync(folder, { recursive: true });
} else {
  console.error('broken' in kernel ? kernel.broken : kernel.missing);
  process.exitCode = 69;
}
