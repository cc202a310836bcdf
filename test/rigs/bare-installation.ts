import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Those that npm leaves out where they cannot be compiled, or that it was told to. */
const OPTIONAL = ['onoff', 'pigpio', 'spi-device'];
/** Where the binaries of koffi are, which are optional packages of its own. */
const BINARIES = '@koromix';

/** The built program beside the packages that `npm ci --omit=optional` leaves. */
export class BareInstallation {
  readonly folder = mkdtempSync(join(tmpdir(), 'pinbus-bare-'));
  readonly main = join(this.folder, 'dist/agent/main.js');

  constructor() {
    for (const part of ['dist', 'examples', 'package.json']) {
      cpSync(resolve(part), join(this.folder, part), { recursive: true });
    }
    const modules = join(this.folder, 'node_modules');
    mkdirSync(modules);
    for (const name of readdirSync(resolve('node_modules'))) {
      if ([...OPTIONAL, BINARIES, 'koffi'].includes(name) || name.startsWith('.')) continue;
      symlinkSync(resolve('node_modules', name), join(modules, name));
    }
    // It looks for its binaries from where it really is.
    const isNeeded = (path: string): boolean => !/\/koffi\/(?:src|vendor|doc)$/.test(path);
    cpSync(resolve('node_modules/koffi'), join(modules, 'koffi'), { recursive: true, filter: isNeeded });
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true });
  }
}
