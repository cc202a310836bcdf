import type { EntityComponent } from './entity.ts';

export interface SensorComponent extends EntityComponent {
  readonly platform: 'sensor';
  readonly state_topic: string;
  readonly device_class?: SensorDeviceClass;
  /** Makes it numeric, with long-term statistics. Each device class allows only some. */
  readonly state_class?: SensorStateClass;
  /** Each device class allows only some. */
  readonly unit_of_measurement?: string;
  readonly suggested_display_precision?: number;
  readonly entity_category?: 'diagnostic';
  readonly value_template?: string;
  /** The values of device class `enum`; only there, and never with a state class or a unit. */
  readonly options?: readonly string[];
  /** Seconds without a message after which the entity is unavailable; a retained one counts as fresh. */
  readonly expire_after?: number;
  /** True: a message with the value that was known already is an event of its own. */
  readonly force_update?: boolean;
}

export const SENSOR_STATE_CLASSES = ['measurement', 'measurement_angle', 'total', 'total_increasing'] as const;

export type SensorStateClass = (typeof SENSOR_STATE_CLASSES)[number];

export const SENSOR_DEVICE_CLASSES = [
  'date',
  'enum',
  'timestamp',
  'uptime',
  'absolute_humidity',
  'apparent_power',
  'aqi',
  'area',
  'atmospheric_pressure',
  'battery',
  'blood_glucose_concentration',
  'carbon_monoxide',
  'carbon_dioxide',
  'conductivity',
  'current',
  'data_rate',
  'data_size',
  'distance',
  'duration',
  'energy',
  'energy_distance',
  'energy_storage',
  'frequency',
  'gas',
  'humidity',
  'illuminance',
  'irradiance',
  'moisture',
  'monetary',
  'nitrogen_dioxide',
  'nitrogen_monoxide',
  'nitrous_oxide',
  'ozone',
  'ph',
  'pm1',
  'pm10',
  'pm25',
  'pm4',
  'power_factor',
  'power',
  'precipitation',
  'precipitation_intensity',
  'pressure',
  'reactive_energy',
  'reactive_power',
  'signal_strength',
  'sound_pressure',
  'speed',
  'sulphur_dioxide',
  'temperature',
  'temperature_delta',
  'volatile_organic_compounds',
  'volatile_organic_compounds_parts',
  'voltage',
  'volume',
  'volume_storage',
  'volume_flow_rate',
  'water',
  'weight',
  'wind_direction',
  'wind_speed',
  'radon',
] as const;

export type SensorDeviceClass = (typeof SENSOR_DEVICE_CLASSES)[number];
