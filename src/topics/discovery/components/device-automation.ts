/**
 * A trigger for automations, beside an event entity. Automations refer to it by `type` and `subtype`: they must stay the
 * same. It fires again on retained messages, so its topic is never retained.
 */
export interface DeviceAutomationComponent {
  readonly platform: 'device_automation';
  readonly automation_type: 'trigger';
  /** Home Assistant translates `button_short_press`, `button_long_press`, `button_double_press` and the like. */
  readonly type: string;
  /** Home Assistant translates `button_1` to `button_6`, `turn_on` and `turn_off`. */
  readonly subtype: string;
  readonly topic: string;
  /** What the payload, or what `value_template` makes of it, has to be. */
  readonly payload?: string;
  readonly value_template?: string;
}
