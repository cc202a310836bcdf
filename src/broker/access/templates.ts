import type { AclTemplate, FilterRule } from '../options.ts';

/**
 * What kinds of clients need, and no more. Names come from the user, who proved to be it, never from the client id, which
 * anybody chooses.
 */
export const TEMPLATES: Readonly<Record<AclTemplate, readonly FilterRule[]>> = {
  /** Sees the nodes, commands their entities, and manages discovery. */
  homeassistant: [
    { filter: 'pinbus/#', access: 'read' },
    { filter: 'pinbus/v1/+/+/set', access: 'write' },
    { filter: 'homeassistant/#', access: 'readwrite' },
  ],
  /** Sees the nodes, commands their entities, makes calls, and gets their answers below its own name. */
  'node-red': [
    { filter: 'pinbus/#', access: 'read' },
    { filter: 'pinbus/v1/+/+/set', access: 'write' },
    { filter: 'pinbus/v1/+/call/+', access: 'write' },
    { filter: 'homeassistant/status', access: 'read' },
    { filter: '%u/#', access: 'readwrite' },
  ],
  /** Sees everything and changes nothing. */
  readonly: [
    { filter: '#', access: 'read' },
    { filter: '$SYS/#', access: 'read' },
  ],
  /** Has a tree of its own name, and announces itself to Home Assistant. */
  device: [
    { filter: '%u/#', access: 'readwrite' },
    { filter: 'homeassistant/+/%u/#', access: 'write' },
    { filter: 'homeassistant/status', access: 'read' },
  ],
};
