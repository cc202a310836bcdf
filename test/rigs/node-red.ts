import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { Program } from './program.ts';

const VERSION = 4;

/** Any node of a flow file. */
export type FlowNode = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

/** The main file of a real Node-RED. 280 packages that only one test needs: installed once, in the user's cache. */
function nodeRed(): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = join(cache, 'pinbus', `node-red-${VERSION}`);
  const main = join(folder, 'node_modules', 'node-red', 'red.js');
  if (!existsSync(main)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
    const args = ['install', `node-red@${VERSION}`, '--no-audit', '--no-fund', '--ignore-scripts'];
    execFileSync('npm', args, { cwd: folder, stdio: 'ignore' });
  }
  return main;
}

/** Runs flows without the editor; ready once every flow has started and the broker has been reached. */
export async function startNodeRed(flows: readonly FlowNode[]): Promise<{ stop(): Promise<void> }> {
  const main = nodeRed();
  const folder = mkdtempSync(join(tmpdir(), 'pinbus-node-red-'));
  const settings = { uiPort: await freePort(), uiHost: '127.0.0.1', disableEditor: true };
  writeFileSync(join(folder, 'settings.js'), `module.exports = ${JSON.stringify(settings)};\n`);
  writeFileSync(join(folder, 'flows.json'), JSON.stringify(flows));
  const args = [main, '-u', folder, '-s', join(folder, 'settings.js'), join(folder, 'flows.json')];
  const program = new Program(process.execPath, args, { cwd: folder });
  const stop = async (): Promise<void> => {
    await program.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await program.line('connected', (line) => line.includes('Connected to broker') || undefined, 60_000);
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}
