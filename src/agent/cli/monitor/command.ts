import { formatOnOff, FULL_BRIGHTNESS, PRESS } from '#topics';
import type { EntityModel } from './entity.ts';

/** A command for an entity, or why there is none. */
export type Command =
  | { readonly topic: string; readonly payload: string }
  | { readonly topic?: undefined; readonly reason: string };

/** A step of the brightness keys. */
const BRIGHTNESS_STEP = Math.round(FULL_BRIGHTNESS / 10);

/** What space does: toggles what is on or off, presses a button. */
export function act(entity: EntityModel): Command {
  const topic = entity.component?.commandTopic;
  if (topic === undefined) return { reason: `${entity.id} takes no commands` };
  switch (entity.component?.platform) {
    case 'button':
      return { topic, payload: PRESS };
    case 'switch':
      return { topic, payload: formatOnOff(entity.on !== true) };
    case 'fan':
    case 'light':
      return { topic, payload: JSON.stringify({ state: formatOnOff(entity.on !== true) }) };
    default:
      return { reason: `${entity.id} is nothing to toggle or press; publish to ${topic}` };
  }
}

/** What the arrows to the left and right do to a light that can be dimmed. */
export function dim(entity: EntityModel, direction: 1 | -1): Command {
  const topic = entity.component?.commandTopic;
  if (topic === undefined || entity.brightness === undefined) return { reason: `${entity.id} cannot be dimmed` };
  const now = entity.on === true ? entity.brightness : 0;
  const brightness = Math.min(Math.max(now + direction * BRIGHTNESS_STEP, 0), FULL_BRIGHTNESS);
  return { topic, payload: JSON.stringify(brightness === 0 ? { state: 'OFF' } : { state: 'ON', brightness }) };
}
