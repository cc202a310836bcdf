import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import koffi from 'koffi';
import type { Library } from '../../../src/hw/pigpio/library.ts';

const HERE = import.meta.dirname;
const MODULES = join(HERE, '../../../node_modules');

/** The npm package pigpio, compiled as it is against a C library whose pins are in memory. Levels are physical. */
export class PigpioStub {
  readonly library: Library;
  readonly reset: () => void;
  readonly drive: (gpio: number, level: -1 | 0 | 1) => void;
  /** Every change of the levels of these from now on. */
  readonly trace: (gpios: readonly number[]) => {
    readonly changes: readonly { readonly line: number; readonly high: boolean }[];
  };
  readonly level: (gpio: number) => number;

  constructor() {
    const folder = build();
    const c = koffi.load(join(folder, 'libpigpio.so'));
    this.reset = c.func('void stub_reset(void)') as () => void;
    this.drive = c.func('void stub_drive(int, int)') as PigpioStub['drive'];
    const trace = c.func('void stub_trace(uint32_t)') as (bits: number) => void;
    const traced = c.func('int stub_traced(int)') as (index: number) => number;
    this.trace = (gpios) => {
      trace(gpios.reduce((bits, gpio) => bits + 2 ** gpio, 0));
      return {
        get changes() {
          const changes: { line: number; high: boolean }[] = [];
          // A number and its level in the lowest bit; -1 after the last.
          for (let change = traced(0); change >= 0; change = traced(changes.length)) {
            changes.push({ line: change >> 1, high: (change & 1) === 1 });
          }
          return changes;
        },
      };
    };
    this.level = c.func('int stub_level(int)') as PigpioStub['level'];
    this.library = createRequire(import.meta.url)(join(folder, 'node_modules/pigpio')) as Library;
  }
}

/** Compiled once for each Node, some seconds. */
function build(): string {
  const hash = createHash('sha256').update(process.version);
  for (const file of ['pigpio.c', 'pigpio.h', 'library.ts']) hash.update(readFileSync(join(HERE, file)));
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'pinbus');
  const folder = join(cache, `pigpio-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  const addon = join(unfinished, 'node_modules/pigpio');
  for (const name of ['pigpio', 'bindings', 'file-uri-to-path', 'nan']) {
    cpSync(join(MODULES, name), join(unfinished, 'node_modules', name), { recursive: true });
  }
  rmSync(join(addon, 'build'), { recursive: true, force: true });
  mkdirSync(join(addon, 'build/Release'), { recursive: true });
  const [library, binary] = [join(unfinished, 'libpigpio.so'), join(addon, 'build/Release/pigpio.node')];
  execFileSync('gcc', [
    '-shared',
    '-fPIC',
    '-Wl,-soname,libpigpio.so',
    '-o',
    library,
    join(HERE, 'pigpio.c'),
    '-lpthread',
  ]);
  const includes = [HERE, nodeHeaders(), join(MODULES, 'nan')].map((include) => `-I${include}`);
  const compile = ['-shared', '-fPIC', '-std=c++20', '-w', '-DNODE_GYP_MODULE_NAME=pigpio', ...includes];
  const link = [`-L${unfinished}`, '-lpigpio', '-lstdc++', '-Wl,-rpath,$ORIGIN/../../../..'];
  execFileSync('gcc', [...compile, '-o', binary, join(addon, 'src/pigpio.cc'), ...link]);
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    // Another test file was first.
    if (!existsSync(folder)) throw error;
    rmSync(unfinished, { recursive: true });
  }
  return folder;
}

/** What addons are compiled with: beside the Node that runs, or where npm is told that they are. */
function nodeHeaders(): string {
  const roots = [process.env['npm_config_nodedir'], dirname(dirname(process.execPath))];
  const found = roots
    .filter((root) => root !== undefined)
    .map((root) => join(root, 'include/node'))
    .find((folder) => existsSync(join(folder, 'node.h')));
  if (found === undefined) throw new Error(`no headers of Node beside ${process.execPath}: install them (libnode-dev)`);
  return found;
}
