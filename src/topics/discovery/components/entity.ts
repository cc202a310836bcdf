/** What every component has that becomes an entity. */
export interface EntityComponent {
  /** Missing: made from the id. Null: the entity has the device's name. A device's name at its start is taken off. */
  readonly name?: string | null;
  /** `prefix:name`, such as `mdi:gate`. */
  readonly icon?: string;
  /** `config` is refused by Home Assistant for what only reads: sensors and binary sensors. */
  readonly entity_category?: EntityCategory;
  /** False: the user enables it first. Acts on the first registration only. */
  readonly enabled_by_default?: boolean;
  /** A topic with a JSON object. */
  readonly json_attributes_topic?: string;
}

export type EntityCategory = 'config' | 'diagnostic';
