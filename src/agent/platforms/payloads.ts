import {
  COVER_ALLOWED,
  type DiscoveryComponent,
  type EntityTopics,
  FAN_ALLOWED,
  FULL_BRIGHTNESS,
  formatCover,
  formatFan,
  formatLight,
  formatOnOff,
  ON_OFF_ALLOWED,
  PRESS,
} from '#topics';

type Part = keyof EntityTopics;

/** What an entity says and takes, by example; a topic that is missing here it has not. */
type Payloads = Partial<Record<Part, string>>;

const PARTS: readonly Part[] = ['state', 'event', 'attributes', 'set', 'availability'];
const ON_OFF = `${formatOnOff(true)} | ${formatOnOff(false)}`;

/** Each topic that an entity with this component has, and what a payload of it looks like. */
export function payloads(component: DiscoveryComponent): (readonly [part: Part, payload: string])[] {
  const known: Payloads = { ...own(component), attributes: '{...}', availability: 'online | offline' };
  return PARTS.flatMap((part) => (known[part] === undefined ? [] : [[part, known[part]] as const]));
}

function own(component: DiscoveryComponent): Payloads {
  switch (component.platform) {
    case 'binary_sensor':
      return { state: ON_OFF };
    case 'switch':
      return { state: ON_OFF, set: ON_OFF_ALLOWED };
    case 'light': {
      const state = formatLight({ state: 'ON', ...(component.brightness ? { brightness: FULL_BRIGHTNESS } : {}) });
      const dimmed = component.brightness ? ' or {"state":"ON","brightness":128}' : '';
      return { state, set: `${ON_OFF_ALLOWED}${dimmed}` };
    }
    case 'button':
      return { state: ON_OFF, set: PRESS };
    case 'cover':
      return { state: formatCover('opening', 40), set: COVER_ALLOWED };
    case 'fan':
      return { state: formatFan('ON', 40), set: FAN_ALLOWED };
    case 'number':
      return { state: 'a number', set: `a number from ${component.min} to ${component.max}` };
    case 'event':
      return { event: component.event_types.map((type) => `{"event_type":"${type}"}`).join(' | ') };
    case 'sensor':
      return {
        state: `a number${component.unit_of_measurement === undefined ? '' : ` in ${component.unit_of_measurement}`}`,
      };
    case 'device_automation':
      return {};
  }
}
