import type { JsonObject } from '#topics';
import { facts } from '../facts.ts';
import { repr } from '../python.ts';

/** What a sensor's keys must not be together; the first that is found. */
export function sensorFault(sensor: JsonObject): string | undefined {
  const { state_class, device_class, options, unit_of_measurement } = sensor;
  if (sensor.last_reset_value_template !== undefined && state_class !== 'total') {
    return `The option \`last_reset_value_template\` cannot be used together with state class \`${plain(state_class)}\``;
  }
  if (typeof unit_of_measurement === 'string' && unit_of_measurement.trim() === '') return undefined;
  const unit = typeof unit_of_measurement === 'string' ? normalised(unit_of_measurement) : undefined;

  if (options !== undefined && options !== null) {
    if (Array.isArray(options) && options.length === 0) return 'An empty options list is not allowed';
    if (Boolean(state_class) || unit !== undefined) {
      return 'Specifying `options` is not allowed together with the `state_class` or `unit_of_measurement` option';
    }
    if (device_class !== 'enum') {
      return `The option \`options\` must be used together with device class \`enum\`, got \`device_class\` '${plain(device_class)}'`;
    }
  }
  if (unit === undefined) return undefined;
  const byState = typeof state_class === 'string' ? facts.sensor.state_class_units[state_class] : undefined;
  if (byState?.includes(unit) === false) {
    return `The unit of measurement \`${unit}\` is not valid together with state class \`${String(state_class)}\``;
  }
  const byDevice = typeof device_class === 'string' ? facts.sensor.device_classes[device_class]?.units : undefined;
  if (byDevice?.includes(unit) === false) {
    return `The unit of measurement \`${unit}\` is not valid together with device class \`${String(device_class)}\``;
  }
  return undefined;
}

export function sensorWarnings({ state_class, device_class, unit_of_measurement }: JsonObject): readonly string[] {
  const warnings: string[] = [];
  const known = typeof device_class === 'string' ? facts.sensor.device_classes[device_class] : undefined;
  if (known !== undefined && typeof state_class === 'string' && !known.state_classes.includes(state_class)) {
    warnings.push(
      `state_class ${state_class} impossible with device_class ${String(device_class)} (allowed ${repr(known.state_classes)}); HA logs a warning`,
    );
  }
  if (typeof unit_of_measurement === 'string' && normalised(unit_of_measurement) !== unit_of_measurement) {
    warnings.push(`unit '${unit_of_measurement}' is rewritten to '${normalised(unit_of_measurement)}'`);
  }
  return warnings;
}

const plain = (value: unknown): string => (typeof value === 'string' ? value : repr(value));

const normalised = (unit: string): string => facts.sensor.unit_normalisation[unit] ?? unit;
