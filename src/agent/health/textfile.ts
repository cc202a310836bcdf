import { rename, rm, writeFile } from 'node:fs/promises';
import type { Health } from '#topics';
import type { Logger } from 'pino';
import { AgentError } from '../errors.ts';
import type { HealthOutlet } from './health-reporter.ts';
import { prometheusText } from './prometheus.ts';

/** The last health document as a file for node_exporter's textfile collector. */
export class Textfile implements HealthOutlet {
  readonly #path: string;
  readonly #node: string;
  readonly #log: Logger;
  #failing = false;

  constructor(path: string, node: string, log: Logger) {
    this.#path = path;
    this.#node = node;
    this.#log = log;
  }

  /** Never rejects: what cannot be written is logged, once until it can again. */
  async write(health: Health): Promise<void> {
    // The collector may read at any moment, and shall never see half of it.
    const draft = `${this.#path}.${process.pid}`;
    try {
      await writeFile(draft, prometheusText(health, this.#node), { mode: 0o644 });
      await rename(draft, this.#path);
      this.#failing = false;
    } catch (cause) {
      if (this.#failing) return;
      this.#failing = true;
      const err = new AgentError('HEALTH_TEXTFILE', `${this.#path} cannot be written`, { cause });
      this.#log.warn({ err, code: err.code, remedy: err.remedy }, 'no figures for Prometheus');
    }
  }

  /** Figures of a node that has stopped must not pass for those of now. */
  async remove(): Promise<void> {
    await rm(this.#path, { force: true }).catch(() => {});
  }
}
