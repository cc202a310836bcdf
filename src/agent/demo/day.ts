/** What happens in the demo house: an entity is touched for a while, then nothing for a while. */
export interface Moment {
  readonly entity: string;
  /** Milliseconds that its line is active. */
  readonly hold_ms: number;
  /** Milliseconds until the next moment. */
  readonly pause_ms: number;
}

/** Somebody comes home, somebody rings twice, somebody leaves; then it begins again. A little over two minutes. */
export const DAY: readonly Moment[] = [
  { entity: 'front_door', hold_ms: 4_000, pause_ms: 2_000 },
  { entity: 'hall_motion', hold_ms: 8_000, pause_ms: 30_000 },
  { entity: 'doorbell', hold_ms: 180, pause_ms: 6_000 },
  { entity: 'hall_motion', hold_ms: 5_000, pause_ms: 3_000 },
  { entity: 'front_door', hold_ms: 6_000, pause_ms: 40_000 },
  { entity: 'doorbell', hold_ms: 150, pause_ms: 300 },
  { entity: 'doorbell', hold_ms: 150, pause_ms: 20_000 },
  { entity: 'hall_motion', hold_ms: 12_000, pause_ms: 30_000 },
];
