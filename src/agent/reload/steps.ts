import type { Config } from '../config/config.ts';
import { behavesTheSame } from '../platforms/announce.ts';
import type { EntityConfig } from '../platforms/platform.ts';
import type { ReloadPlan } from './diff.ts';
import type { ReloadTarget } from './target.ts';

/** One thing that a reload does, and how it is undone. */
export interface ReloadStep {
  /** As the report names it: `broker`, `entity hall_motion removed`. */
  readonly name: string;
  apply(target: ReloadTarget): Promise<void> | void;
  undo(target: ReloadTarget): Promise<void> | void;
}

/**
 * The steps of a plan in their order. Entities go before others come, so that a line may pass from one to another; the
 * announcement is last, when what it says is true.
 */
export function reloadSteps(plan: ReloadPlan, running: Config, next: Config): ReloadStep[] {
  const { entities, broker, bridges, home_assistant, log_level, device } = plan;
  const steps: ReloadStep[] = [];
  if (log_level !== undefined) {
    steps.push({
      name: 'log.level',
      apply: (target) => target.applyLogLevel(log_level.to),
      undo: (target) => target.applyLogLevel(log_level.from),
    });
  }
  if (broker !== undefined) {
    steps.push({
      name: 'broker',
      apply: (target) => target.applyBroker(broker.to),
      undo: (target) => target.applyBroker(broker.from),
    });
  } else if (next.broker.listeners.some(({ tls }) => tls !== undefined)) {
    // Their files may have been renewed under the same names.
    const apply = (target: ReloadTarget): Promise<void> => target.applyBroker(next.broker);
    steps.push({ name: 'certificates', apply, undo: apply });
  }
  // What only the announcement says about an entity, such as its name, moves no pin.
  const remade = entities.changed.filter(({ from, to }) => !behavesTheSame(from, to));
  const gone = [...entities.removed, ...remade.map(({ from }) => from)];
  const come = [...remade.map(({ to }) => to), ...entities.added];
  steps.push(...gone.map(removal), ...come.map(addition));
  if (bridges !== undefined) {
    steps.push({
      name: 'bridges',
      apply: (target) => target.applyBridges(bridges.to),
      undo: (target) => target.applyBridges(bridges.from),
    });
  }
  if (home_assistant !== undefined) {
    steps.push({
      name: 'home_assistant',
      apply: (target) => target.applyHomeAssistant(home_assistant.to),
      undo: (target) => target.applyHomeAssistant(home_assistant.from),
    });
  }
  const told = gone.length + come.length + entities.changed.length > 0;
  // Bridges and the clients that are expected are announced too.
  const announced = [home_assistant, device, bridges, broker].some((change) => change !== undefined);
  if (told || announced) {
    steps.push({
      name: 'announcement',
      apply: (target) => target.announce(next),
      undo: (target) => target.announce(running),
    });
  }
  return steps;
}

const removal = (config: EntityConfig): ReloadStep => ({
  name: `entity ${config.id} removed`,
  apply: (target) => target.removeEntity(config.id),
  undo: (target) => target.addEntity(config),
});

const addition = (config: EntityConfig): ReloadStep => ({
  name: `entity ${config.id} added`,
  apply: (target) => target.addEntity(config),
  undo: (target) => target.removeEntity(config.id),
});
