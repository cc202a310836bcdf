import type { Config } from '../config/config.ts';
import { afterReload, diffConfig } from './diff.ts';
import { reloadSteps, type ReloadStep } from './steps.ts';
import type { ReloadTarget } from './target.ts';

/** What became of a reload. */
export interface ReloadOutcome {
  /** The config that runs now: the old one after a failure. */
  readonly running: Config;
  /** Names of the steps that were done and stay. */
  readonly applied: readonly string[];
  /** Names of the steps that were done and undone again, the last one first. */
  readonly rolled_back: readonly string[];
  /** Names of the steps that could not be undone: the node is neither as before nor as wanted. */
  readonly stuck: readonly string[];
  /** Settings that changed and take a restart. */
  readonly needs_restart: readonly string[];
  /** Why it was rolled back. */
  readonly error?: unknown;
}

/** Changes the running node to the wanted config, touching only what differs: all of it, or nothing. */
export async function applyConfig(target: ReloadTarget, running: Config, wanted: Config): Promise<ReloadOutcome> {
  const plan = diffConfig(running, wanted);
  const next = afterReload(running, wanted);
  const done: ReloadStep[] = [];
  try {
    for (const step of reloadSteps(plan, running, next)) {
      await step.apply(target);
      done.push(step);
    }
  } catch (error) {
    const { undone, stuck } = await rollBack(target, done);
    return { running, applied: [], rolled_back: undone, stuck, needs_restart: [], error };
  }
  return {
    running: next,
    applied: done.map(({ name }) => name),
    rolled_back: [],
    stuck: [],
    needs_restart: plan.needs_restart,
  };
}

async function rollBack(target: ReloadTarget, done: readonly ReloadStep[]) {
  const undone: string[] = [];
  const stuck: string[] = [];
  for (const step of done.toReversed()) {
    try {
      await step.undo(target);
      undone.push(step.name);
    } catch {
      // The rest is put back all the same; the report names what was not.
      stuck.push(step.name);
    }
  }
  return { undone, stuck };
}
