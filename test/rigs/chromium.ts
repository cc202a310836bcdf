import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program } from './program.ts';

const CHROMIUM = '/usr/bin/chromium';
/** A window for nobody, which calls nobody. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Without it a headless run prints the page and leaves.
  '--remote-debugging-port=0',
];

export const hasChromium = (): boolean => existsSync(CHROMIUM);

/** A real browser with a profile of its own. */
export class Chromium {
  readonly #folder = mkdtempSync(join(tmpdir(), 'pinbus-chromium-'));
  #program: Program | undefined;

  /** Opens a page. */
  start(url: string): void {
    this.#program = new Program(CHROMIUM, [...FLAGS, `--user-data-dir=${this.#folder}`, url]);
  }

  lastWords(): string {
    return this.#program?.lastWords() ?? '';
  }

  async remove(): Promise<void> {
    await this.#program?.kill();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}
