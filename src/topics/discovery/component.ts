import type { BinarySensorComponent } from './components/binary-sensor.ts';
import type { ButtonComponent } from './components/button.ts';
import type { DeviceAutomationComponent } from './components/device-automation.ts';
import type { EventComponent } from './components/event.ts';
import type { LightComponent } from './components/light.ts';
import type { SensorComponent } from './components/sensor.ts';
import type { SwitchComponent } from './components/switch.ts';

/**
 * One component of the discovery document, as a platform describes it; `discoveryDocument` adds ids and availability.
 * A new kind is a file in `components/` and a line here. Keys are Home Assistant's, in full.
 */
export type DiscoveryComponent =
  | BinarySensorComponent
  | ButtonComponent
  | DeviceAutomationComponent
  | EventComponent
  | LightComponent
  | SensorComponent
  | SwitchComponent;
