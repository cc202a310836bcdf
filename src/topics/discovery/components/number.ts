import type { EntityComponent } from './entity.ts';

export interface NumberComponent extends EntityComponent {
  readonly platform: 'number';
  readonly command_topic: string;
  readonly state_topic: string;
  /** At most `max`. */
  readonly min: number;
  readonly max: number;
  /** 0.001 or more. */
  readonly step: number;
  readonly mode: NumberMode;
  readonly unit_of_measurement?: string;
}

export const NUMBER_MODES = ['auto', 'box', 'slider'] as const;

export type NumberMode = (typeof NUMBER_MODES)[number];
