// The README's two commands as somebody new runs them: a clone of HEAD in an empty folder, an empty home, nothing asked.
// Prints how long each took; the exit code is 1 when the node was not ready within a second of its start.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const READY_MS = 1_000;
const DEADLINE_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'pinbus-fresh-'));
const home = join(folder, 'home');
const clone = join(folder, 'pinbus');
mkdirSync(home);
// Where npm gets packages and headers from is the machine's business; everything else starts from nothing.
const userconfig = spawnSync('npm', ['config', 'get', 'userconfig'], { encoding: 'utf8' }).stdout.trim();
const env = { PATH: process.env.PATH, HOME: home, npm_config_userconfig: userconfig, CI: 'true' };

/** Runs to the end, without a terminal to ask on. Milliseconds. */
function timed(command, args, cwd) {
  const began = performance.now();
  const { status } = spawnSync(command, args, { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
  return performance.now() - began;
}

/** `npm start` until the node says that it is ready, and SIGTERM. Milliseconds: by the clock from the command, and the node's own. */
async function start() {
  const began = performance.now();
  const child = spawn('npm', ['start', '--silent'], {
    cwd: clone,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  // npm's shell and the node are one group; a group of its own is what `detached` makes.
  const signal = (name) => child.pid !== undefined && process.kill(-child.pid, name);
  const deadline = setTimeout(() => signal('SIGKILL'), DEADLINE_MS);
  let ready;
  let rest = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    const line = lines.find((text) => text.includes('"ready_ms"'));
    if (line === undefined || ready) continue;
    ready = { command_ms: performance.now() - began, node_ms: JSON.parse(line).ready_ms };
    signal('SIGTERM');
  }
  clearTimeout(deadline);
  if (!ready) throw new Error('npm start never said that it was ready');
  return ready;
}

const say = (what, ms) => console.log(`${what.padEnd(44)} ${(ms / 1_000).toFixed(2).padStart(7)} s`);
try {
  timed('git', ['clone', '--quiet', process.cwd(), clone], folder);
  say('npm ci (install, compile SQLite, build)', timed('npm', ['ci'], clone));
  const first = await start();
  say('npm start, first time', first.command_ms);
  const second = await start();
  say('npm start, second time', second.command_ms);
  say('of that, the node itself until it is ready', second.node_ms);
  process.exitCode = second.node_ms < READY_MS ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
