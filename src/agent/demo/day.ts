/** What happens in the demo house: an entity is touched for a while, then nothing for a while. */
export interface Moment {
  readonly entity: string;
  /** What somebody who stands there would say. */
  readonly tells: string;
  /** Milliseconds that somebody holds it. */
  readonly hold_ms: number;
  /** Milliseconds until the next moment. */
  readonly pause_ms: number;
}

/** Contacts with a magnet: a shut door closes them, which draws their line to ground against its pull-up. */
export const REED_CONTACTS: ReadonlySet<string> = new Set(['front_door', 'mailbox']);

/** Somebody comes home, the post comes, somebody rings twice, somebody leaves; then it begins again. About 3 minutes. */
export const DAY: readonly Moment[] = [
  { entity: 'front_door', tells: 'somebody comes home', hold_ms: 4_000, pause_ms: 1_000 },
  { entity: 'hall_motion', tells: 'somebody walks through the hall', hold_ms: 8_000, pause_ms: 12_000 },
  { entity: 'mailbox', tells: 'the post comes', hold_ms: 3_000, pause_ms: 12_000 },
  { entity: 'doorbell', tells: 'somebody rings', hold_ms: 180, pause_ms: 5_000 },
  { entity: 'hall_motion', tells: 'somebody goes to the door', hold_ms: 5_000, pause_ms: 3_000 },
  { entity: 'front_door', tells: 'the door is opened', hold_ms: 6_000, pause_ms: 30_000 },
  { entity: 'doorbell', tells: 'somebody rings', hold_ms: 120, pause_ms: 120 },
  { entity: 'doorbell', tells: 'and at once again', hold_ms: 120, pause_ms: 20_000 },
  { entity: 'hall_motion', tells: 'somebody leaves', hold_ms: 12_000, pause_ms: 30_000 },
];
