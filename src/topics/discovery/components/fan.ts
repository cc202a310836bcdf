import type { EntityComponent } from './entity.ts';

/** A fan with a speed from 1 to 100 %. */
export interface FanComponent extends EntityComponent {
  readonly platform: 'fan';
  readonly command_topic: string;
  readonly state_topic: string;
  readonly state_value_template: string;
  readonly percentage_command_topic: string;
  readonly percentage_command_template: string;
  readonly percentage_state_topic: string;
  readonly percentage_value_template: string;
}
