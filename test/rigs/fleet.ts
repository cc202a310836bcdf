import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { bundled } from '../../scripts/bundle.mjs';
import { Program } from './program.ts';

const MAIN = await bundled('test/rigs/fleet-main.ts');
const START_MS = 600_000;

export interface FleetSettings {
  readonly agents: number;
  readonly processes: number;
  /** Ports of a cluster's nodes. */
  readonly upstream_ports: readonly number[];
  /** What is bridged to it. */
  readonly out: string;
}

export interface Agent {
  readonly id: string;
  readonly port: number;
}

const PORTS = z.array(z.number().int().positive());

/** Whole nodes by the hundred, in few processes. */
export class Fleet {
  readonly agents: readonly Agent[];
  readonly #programs: readonly Program[];
  readonly #folder: string;

  private constructor(agents: readonly Agent[], programs: readonly Program[], folder: string) {
    this.agents = agents;
    this.#programs = programs;
    this.#folder = folder;
  }

  /** Settles when all of them are ready. */
  static async start({ agents, processes, upstream_ports, out }: FleetSettings): Promise<Fleet> {
    const folder = mkdtempSync(join(tmpdir(), 'pinbus-fleet-'));
    const ids = Array.from({ length: agents }, (_, index) => `agent-${index}`);
    const urls = upstream_ports.map((port) => `mqtt://127.0.0.1:${port}`).join(',');
    const shares = Array.from({ length: processes }, (_, share) => ids.filter((_id, i) => i % processes === share));
    const programs = shares.map((share) => new Program(process.execPath, [MAIN, folder, share.join(','), out, urls]));
    const started = programs.map(async (program, index) => {
      const line = await program.line('the ports of its agents', (text) => text, START_MS);
      const ports = PORTS.parse(JSON.parse(line));
      return (shares[index] ?? []).map((id, at) => ({ id, port: ports[at] ?? 0 }));
    });
    try {
      return new Fleet((await Promise.all(started)).flat(), programs, folder);
    } catch (error) {
      await new Fleet([], programs, folder).remove();
      throw error;
    }
  }

  /** Of its processes. */
  get pids(): readonly number[] {
    return this.#programs.map(({ pid }) => pid);
  }

  lastWords(): string {
    return this.#programs.map((program) => program.lastWords()).join('\n');
  }

  async remove(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.kill()));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
