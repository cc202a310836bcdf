import { type Announcement, discoveryDocument, entityTopics, nodeTopics } from '#topics';

const of = (id: string) => entityTopics('porch', id);

/** A node with a component of every kind that pinbus has. */
export const house: Announcement = {
  node: 'porch',
  sw_version: '0.1.0',
  support_url: 'https://example.com/pinbus',
  device: {
    name: 'Porch Pi',
    manufacturer: 'Raspberry Pi Ltd',
    model: 'Raspberry Pi 5 Model B Rev 1.0',
    serial_number: '10000000deadbeef',
    suggested_area: 'Porch',
  },
  components: [
    {
      entity: 'hall_motion',
      component: { platform: 'binary_sensor', device_class: 'motion', state_topic: of('hall_motion').state },
    },
    {
      entity: 'porch-lamp',
      component: {
        platform: 'switch',
        icon: 'mdi:outdoor-lamp',
        device_class: 'outlet',
        state_topic: of('porch-lamp').state,
        command_topic: of('porch-lamp').set,
        json_attributes_topic: of('porch-lamp').attributes,
      },
    },
    {
      entity: 'stairs',
      component: {
        platform: 'light',
        schema: 'json',
        brightness: true,
        supported_color_modes: ['brightness'],
        transition: true,
        flash: false,
        state_topic: of('stairs').state,
        command_topic: of('stairs').set,
      },
    },
    {
      entity: 'doorbell',
      component: {
        platform: 'event',
        device_class: 'doorbell',
        event_types: ['press', 'double_press', 'long_press'],
        state_topic: of('doorbell').event,
      },
    },
    {
      entity: 'gate',
      component: { platform: 'button', name: 'Gate opener', command_topic: of('gate').set, entity_category: 'config' },
    },
    {
      entity: 'cpu_temperature',
      component: {
        platform: 'sensor',
        device_class: 'temperature',
        state_class: 'measurement',
        unit_of_measurement: '°C',
        suggested_display_precision: 1,
        expire_after: 90,
        entity_category: 'diagnostic',
        enabled_by_default: false,
        state_topic: of('cpu_temperature').state,
      },
    },
    {
      entity: 'doorbell_long',
      component: {
        platform: 'device_automation',
        automation_type: 'trigger',
        type: 'button_long_press',
        subtype: 'button_1',
        topic: of('doorbell').event,
        payload: 'long_press',
        value_template: '{{ value_json.event_type }}',
      },
    },
    {
      node_value: 'uptime',
      component: {
        platform: 'sensor',
        device_class: 'duration',
        unit_of_measurement: 's',
        state_topic: nodeTopics('porch').health,
        value_template: '{{ value_json.uptime_s }}',
        entity_category: 'diagnostic',
      },
    },
  ],
};

export const houseDocument = discoveryDocument(house);
