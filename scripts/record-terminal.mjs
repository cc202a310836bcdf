#!/usr/bin/env node
/**
 * Makes docs/terminal.svg out of an actual run: three shells at terminals of their own, in which the built program, the
 * monitor and mosquitto's clients are typed and run. Needs python3 and mosquitto-clients, and port 1883 to be free.
 */
import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Grid } from './record-grid.mjs';
import { recordSvg } from './record-svg.mjs';

const OUTPUT = resolve('docs/terminal.svg');
const AT_TERMINAL = resolve('test/rigs/at_terminal.py');
const COLUMNS = 104;
/** Between two pictures. */
const FRAME_MS = 200;
const DEADLINE_MS = 20_000;

/** A shell in a window; keys go in, pictures come out. */
class Window {
  constructor(title, rows, environment) {
    this.title = title;
    this.columns = COLUMNS;
    this.rows = rows;
    this.frames = [];
    this.grid = new Grid(COLUMNS, rows);
    const command = [AT_TERMINAL, String(COLUMNS), String(rows), 'bash', '--rcfile', join(environment.cwd, 'bashrc')];
    this.shell = spawn('python3', command, { stdio: ['pipe', 'pipe', 'inherit'], ...environment });
    this.ended = new Promise((done) => this.shell.once('close', done));
    this.shell.stdout.setEncoding('utf8').on('data', (text) => this.grid.write(text));
  }

  press(keys) {
    this.shell.stdin.write(`${JSON.stringify({ keys })}\n`);
  }

  /** As a person would, letter by letter. */
  async type(line) {
    for (const letter of line) {
      this.press(letter);
      await pause(25);
    }
    this.press('\r');
  }

  get text() {
    return this.grid.lines
      .map((line) =>
        line
          .map(({ character }) => character)
          .join('')
          .trimEnd(),
      )
      .join('\n');
  }

  async shows(pattern) {
    const end = Date.now() + DEADLINE_MS;
    while (!pattern.test(this.text)) {
      if (Date.now() > end) throw new Error(`"${this.title}" never showed ${pattern}:\n${this.text}`);
      await pause(20);
    }
  }

  async close() {
    this.shell.stdin.end();
    await this.ended;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'pinbus-record-'));
// A copy, so that no path of the machine that recorded it gets into the picture.
for (const part of ['dist', 'examples', 'package.json']) cpSync(part, join(folder, part), { recursive: true });
symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
symlinkSync(join(folder, 'dist/agent/main.js'), join(folder, 'pinbus'));
chmodSync(join(folder, 'dist/agent/main.js'), 0o755);
writeFileSync(join(folder, 'bashrc'), "PS1='$ '\n");
const environment = {
  cwd: folder,
  env: { PATH: `${folder}:${process.env.PATH}`, HOME: folder, TERM: 'xterm-256color', LANG: 'C.UTF-8' },
};

const node = new Window('the node', 20, environment);
const monitor = new Window('another terminal', 23, environment);
const clients = new Window("mosquitto's clients", 9, environment);
const windows = [node, monitor, clients];
const began = Date.now();
const film = () => {
  const at_s = (Date.now() - began) / 1_000;
  for (const window of windows)
    window.frames.push({ at_s: window.frames.length === 0 ? 0 : at_s, cells: window.grid.snapshot() });
};
const camera = setInterval(film, FRAME_MS);

try {
  await Promise.all(windows.map((window) => window.shows(/\$/)));
  await node.type('pinbus start');
  await node.shows(/ready/);
  await monitor.type('pinbus monitor');
  await monitor.shows(/Lamp +switch/);
  await clients.type('mosquitto_sub -R -v -t pinbus/v1/porch/porch_lamp/state -t pinbus/v1/porch/stairs/state &');
  await pause(1_500);
  for (const stop = Date.now() + DEADLINE_MS; !/▸ Lamp/.test(monitor.text); ) {
    if (Date.now() > stop) throw new Error(`the lamp was never selected:\n${monitor.text}`);
    monitor.press('\u001b[B');
    await pause(350);
  }
  monitor.press(' ');
  await clients.shows(/porch_lamp\/state ON/);
  await pause(2_500);
  await clients.type(`mosquitto_pub -t pinbus/v1/porch/stairs/set -m '{"state":"ON","brightness":128}'`);
  await clients.shows(/stairs\/state \{"state":"ON"/);
  await pause(4_000);
  monitor.press(' ');
  await clients.shows(/porch_lamp\/state OFF/);
  await pause(1_500);
  clearInterval(camera);
  film();
  writeFileSync(OUTPUT, recordSvg(windows, (Date.now() - began) / 1_000));
} finally {
  clearInterval(camera);
  monitor.press('q');
  clients.press('kill %1\rexit\r');
  node.press('\u0003');
  await Promise.all(windows.map((window) => window.close()));
  rmSync(folder, { recursive: true });
}
