import type { LineId, SimLineInfo } from '#hw';

/** What draws current in the demo house, in watts while it is on; by PWM as much less as its duty is. */
export const LOADS_W: ReadonlyMap<string, number> = new Map([
  ['porch_lamp', 60],
  ['garden_pump', 550],
  ['stairs', 45],
  ['attic_fan', 80],
  ['kitchen_blind', 160],
  ['gate', 400],
]);

/** What a house draws that nobody is in, and its refrigerator, which runs 3 of 10 minutes. */
const STANDBY_W = 95;
const REFRIGERATOR = { power_w: 120, period_ms: 600_000, running_ms: 180_000 };

/** Watts that the house draws at `at_ms` of the monotonic clock. `lines`: by the id of the entity whose they are. */
export function consumption_w(
  pins: readonly SimLineInfo[],
  lines: ReadonlyMap<string, readonly LineId[]>,
  at_ms: number,
): number {
  const { power_w, period_ms, running_ms } = REFRIGERATOR;
  let watts = STANDBY_W + (at_ms % period_ms < running_ms ? power_w : 0);
  for (const [entity, load_w] of LOADS_W) {
    for (const line of lines.get(entity) ?? []) {
      const pin = pins.find(({ offset, name }) => offset === line || name === line);
      if (pin?.direction === 'out') watts += load_w * (pin.duty ?? (pin.level ? 1 : 0));
    }
  }
  return watts;
}
