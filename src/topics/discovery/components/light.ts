import type { EntityComponent } from './entity.ts';

/** A light of Home Assistant's JSON schema; brightness goes from 0 to 255. */
export interface LightComponent extends EntityComponent {
  readonly platform: 'light';
  readonly schema: 'json';
  readonly command_topic: string;
  readonly state_topic: string;
  /** `brightness` and `onoff` each stand alone. */
  readonly supported_color_modes: readonly ['brightness'] | readonly ['onoff'];
  /** Whether commands and states have a brightness. */
  readonly brightness: boolean;
  /** Home Assistant takes it for true when it is missing, and then sends "transition". */
  readonly transition: boolean;
  /** Never: Home Assistant takes it for true when it is missing, and then sends "flash". */
  readonly flash: false;
}
