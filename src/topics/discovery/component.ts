import type { BinarySensorComponent } from './components/binary-sensor.ts';
import type { ButtonComponent } from './components/button.ts';
import type { CoverComponent } from './components/cover.ts';
import type { DeviceAutomationComponent } from './components/device-automation.ts';
import type { EventComponent } from './components/event.ts';
import type { FanComponent } from './components/fan.ts';
import type { LightComponent } from './components/light.ts';
import type { NumberComponent } from './components/number.ts';
import type { SensorComponent } from './components/sensor.ts';
import type { SwitchComponent } from './components/switch.ts';

/**
 * One component of the discovery document, as a platform describes it; `discoveryDocument` adds ids and availability.
 * A new kind is a file in `components/` and a line here. Keys are Home Assistant's, in full.
 */
export type DiscoveryComponent =
  | BinarySensorComponent
  | ButtonComponent
  | CoverComponent
  | DeviceAutomationComponent
  | EventComponent
  | FanComponent
  | LightComponent
  | NumberComponent
  | SensorComponent
  | SwitchComponent;
