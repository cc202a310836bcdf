/** What a meter counts, and how its rate is told. */
interface Unit {
  readonly device_classes: readonly ['energy'] | readonly ['water', 'gas'] | readonly ['precipitation'];
  readonly rate_class: 'power' | 'volume_flow_rate' | 'precipitation_intensity';
  /** By unit of the rate: how many of it are one unit an hour. The first one is the default. */
  readonly rates: Readonly<Record<string, number>>;
}

export const UNIT_NAMES = ['kWh', 'Wh', 'm³', 'L', 'mm'] as const;
export const RATE_NAMES = ['W', 'kW', 'm³/h', 'L/min', 'L/h', 'mm/h'] as const;
export type UnitName = (typeof UNIT_NAMES)[number];

export const UNITS: Readonly<Record<UnitName, Unit>> = {
  kWh: { device_classes: ['energy'], rate_class: 'power', rates: { W: 1_000, kW: 1 } },
  Wh: { device_classes: ['energy'], rate_class: 'power', rates: { W: 1, kW: 0.001 } },
  'm³': {
    device_classes: ['water', 'gas'],
    rate_class: 'volume_flow_rate',
    rates: { 'm³/h': 1, 'L/min': 1_000 / 60, 'L/h': 1_000 },
  },
  L: {
    device_classes: ['water', 'gas'],
    rate_class: 'volume_flow_rate',
    rates: { 'L/min': 1 / 60, 'L/h': 1, 'm³/h': 0.001 },
  },
  mm: { device_classes: ['precipitation'], rate_class: 'precipitation_intensity', rates: { 'mm/h': 1 } },
};
