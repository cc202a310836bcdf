import { describe, expect, it } from 'vitest';
import { checkDiscovery } from './checker/checker.ts';
import { houseDocument } from './house.ts';

const TOPIC = 'homeassistant/device/pinbus_porch/config';

/** The house with a value put somewhere, or with a key taken away where the value is undefined. */
function houseWith(path: string, value: unknown): string {
  const document: unknown = structuredClone(houseDocument);
  const steps = path.split(' ');
  let at: unknown = document;
  for (const step of steps.slice(0, -1)) at = Reflect.get(Object(at), step);
  Reflect.set(Object(at), steps.at(-1) ?? '', value);
  return JSON.stringify(document);
}

describe('the checker refuses a whole document', () => {
  it.each([
    ['device identifiers', [], "Device must have at least one identifying value in 'identifiers' and/or 'connections'"],
    ['device identifiers', undefined, 'Device must have at least one identifying value'],
    ['device serial_number', null, "string value is None for dictionary value @ data['device']['serial_number']"],
    ['device colour', 'red', "extra keys not allowed @ data['device']['colour']"],
    ['device configuration_url', 'porch.local', 'invalid url'],
    ['device connections', [['mac']], 'length of value must be at least 2'],
    ['device connections', ['mac'], "expected a list @ data['device']['connections'][0]"],
    ['device', 'porch', "expected a dictionary for dictionary value @ data['device']"],
    ['origin', undefined, "required key not provided @ data['origin']"],
    ['origin name', undefined, "required key not provided @ data['origin']['name']"],
    ['origin author', 'me', "extra keys not allowed @ data['origin']['author']"],
    ['components', [], "expected a dictionary for dictionary value @ data['components']"],
    ['components', undefined, "required key not provided @ data['components']"],
    ['components stairs platform', undefined, "required key not provided @ data['components']['stairs']['platform']"],
    ['components stairs platform', 'lamp', "value must be one of ['alarm_control_panel', "],
    ['components stairs unique_id', undefined, "required key not provided @ data['components']['stairs']['unique_id']"],
    ['~', 'pinbus/v1/porch', "extra keys not allowed @ data['~']"],
    ['expire_after', 5, "extra keys not allowed @ data['expire_after']"],
    ['qos', 3, "value must be one of [0, 1, 2] for dictionary value @ data['qos']"],
    ['availability_mode', 'most', "value must be one of ['all', 'any', 'latest']"],
    ['state_topic', 'a/#/b', 'Multi-level wildcard must be the last character in the topic filter.'],
  ])('%s = %j', (path, value, text) => {
    const [verdict, ...others] = checkDiscovery(TOPIC, houseWith(path, value));
    expect(verdict).toMatchObject({ id: '-', verdict: 'REJECT', warn: [] });
    expect(verdict?.text).toContain('Invalid MQTT device discovery payload for pinbus_porch, ');
    expect(verdict?.text).toContain(text);
    expect(others).toEqual([]);
  });
});

describe('the checker refuses one component and lets the others be', () => {
  it.each([
    ['hall_motion', 'state_topic', undefined, "required key not provided @ data['state_topic']"],
    ['hall_motion', 'state_topic', '', 'MQTT topic name/filter must not be empty.'],
    ['hall_motion', 'state_topic', 'a\0', 'must not contain null character'],
    ['hall_motion', 'device_class', 'movement', "expected BinarySensorDeviceClass or one of 'battery', "],
    ['hall_motion', 'entity_category', 'config', 'Entity cannot be added as the entity category is set to config'],
    ['hall_motion', 'entity_category', 'system', "expected EntityCategory or one of 'config', 'diagnostic'"],
    ['hall_motion', 'off_delay', -1, 'value must be at least 0'],
    ['hall_motion', 'off_delay', '5s', 'expected int'],
    ['hall_motion', 'enabled_by_default', 'perhaps', "invalid boolean value 'perhaps'"],
    ['hall_motion', 'availability_topic', 'a', "same group of exclusion 'availability' @ data[<availability>]"],
    ['hall_motion', 'availability', [{}], "required key not provided @ data['availability'][0]['topic']"],
    [
      'hall_motion',
      'availability',
      [{ topic: 'a', qos: 1 }],
      "extra keys not allowed @ data['availability'][0]['qos']",
    ],
    ['hall_motion', 'value_template', '{{ value_json.a', 'invalid template'],
    ['porch-lamp', 'command_topic', 'a/+', 'Wildcards cannot be used in topic names'],
    ['porch-lamp', 'icon', 'lamp', 'Icons should be specified in the form "prefix:name"'],
    ['porch-lamp', 'retain', 'maybe', "invalid boolean value 'maybe'"],
    ['stairs', 'supported_color_modes', ['brightness', 'rgb'], "Invalid supported_color_modes ['brightness', 'rgb']"],
    ['stairs', 'supported_color_modes', ['bright'], "value must be one of ['brightness', 'color_temp', "],
    ['stairs', 'brightness_scale', 0, 'value must be at least 1'],
    ['stairs', 'schema', 'xml', "value must be one of ['basic', 'json', 'template']"],
    ['doorbell', 'event_types', undefined, "required key not provided @ data['event_types']"],
    ['doorbell', 'event_types', [null], "string value is None @ data['event_types'][0]"],
    ['doorbell', 'device_class', null, "expected EventDeviceClass or one of 'doorbell', 'button', 'motion'"],
    ['gate', 'name', ['Gate'], "value should be a string for dictionary value @ data['name']"],
    [
      'cpu_temperature',
      'unit_of_measurement',
      'C',
      'The unit of measurement `C` is not valid together with device class',
    ],
    ['cpu_temperature', 'state_class', 'average', "expected SensorStateClass or one of 'measurement', "],
    ['cpu_temperature', 'options', [], 'An empty options list is not allowed'],
    ['cpu_temperature', 'last_reset_value_template', '{{ 1 }}', 'together with state class `measurement`'],
    ['cpu_temperature', 'unique_id', 'pinbus_porch.node.uptime', 'does not generate unique IDs'],
    ['doorbell_long', 'automation_type', 'action', "value must be one of ['trigger']"],
    ['doorbell_long', 'subtype', undefined, "required key not provided @ data['subtype']"],
  ])('%s.%s = %j', (key, name, value, text) => {
    const verdicts = checkDiscovery(TOPIC, houseWith(`components ${key} ${name}`, value));
    const refused = verdicts.filter(({ verdict }) => verdict !== 'OK');
    expect(refused).toEqual([expect.objectContaining({ verdict: 'REJECT', text: expect.stringContaining(text) })]);
    expect(verdicts).toHaveLength(Object.keys(houseDocument.components).length);
  });
});

describe('the checker warns', () => {
  it.each([
    ['hall_motion', 'colour', 'red', "key 'colour' is unknown to 'binary_sensor' and silently dropped"],
    ['hall_motion', 'state_topic', '~/state', "'state_topic' still starts with '~' (no '~' key in this component)"],
    ['hall_motion', 'name', 'Porch Pi motion', "the name 'Porch Pi motion' repeats the name of the device"],
    ['cpu_temperature', 'state_class', 'total', 'state_class total impossible with device_class temperature'],
  ])('about %s.%s = %j', (key, name, value, text) => {
    const verdicts = checkDiscovery(TOPIC, houseWith(`components ${key} ${name}`, value));
    expect(verdicts.every(({ verdict }) => verdict === 'OK')).toBe(true);
    expect(verdicts.flatMap(({ warn }) => warn)).toEqual([expect.stringContaining(text)]);
  });
});

describe('the checker knows what is no discovery', () => {
  it.each([
    ['homeassistant/status', 'online', 'IGNORED', 'not a discovery topic'],
    ['homeassistant/sensor/config', '{}', 'IGNORED', 'not a discovery topic'],
    ['homeassistant/sensor/a b/config', '{}', 'IGNORED', 'illegal discovery topic'],
    ['other/sensor/a/config', '{}', 'IGNORED', 'not a discovery topic'],
    ['homeassistant/sensor/a/config', '{"a":1,}', 'REJECT', 'Unable to parse JSON a'],
    ['homeassistant/sensor/a/config', '[]', 'REJECT', 'Unable to parse JSON a'],
    [TOPIC, '', 'REMOVE', 'empty payload'],
  ])('%s %s', (topic, payload, verdict, text) => {
    expect(checkDiscovery(topic, payload)).toEqual([
      expect.objectContaining({ verdict, text: expect.stringContaining(text) }),
    ]);
  });
});
