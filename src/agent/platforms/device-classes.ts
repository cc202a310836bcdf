/**
 * Home Assistant's device classes for the platforms that pinbus has, as its MQTT integration accepts them (2026.7).
 * https://developers.home-assistant.io/docs/core/entity
 */

export const BINARY_SENSOR_CLASSES = [
  'battery',
  'battery_charging',
  'carbon_monoxide',
  'cold',
  'connectivity',
  'door',
  'garage_door',
  'gas',
  'heat',
  'light',
  'lock',
  'moisture',
  'motion',
  'moving',
  'occupancy',
  'opening',
  'plug',
  'power',
  'presence',
  'problem',
  'running',
  'safety',
  'smoke',
  'sound',
  'tamper',
  'update',
  'vibration',
  'window',
] as const;

export const SWITCH_CLASSES = ['outlet', 'switch'] as const;

export const EVENT_CLASSES = ['doorbell', 'button', 'motion'] as const;

export const BUTTON_CLASSES = ['identify', 'restart', 'update'] as const;
