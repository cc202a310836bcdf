/** Reason codes that the broker sends or acts on [MQTT 5.0, 2.4]. */
export const REASON = {
  success: 0x00,
  disconnect_with_will: 0x04,
  no_matching_subscribers: 0x10,
  no_subscription_existed: 0x11,
  unspecified: 0x80,
  malformed_packet: 0x81,
  protocol_error: 0x82,
  implementation_specific: 0x83,
  unsupported_protocol_version: 0x84,
  client_identifier_not_valid: 0x85,
  not_authorized: 0x87,
  server_unavailable: 0x88,
  server_shutting_down: 0x8b,
  bad_authentication_method: 0x8c,
  keep_alive_timeout: 0x8d,
  session_taken_over: 0x8e,
  topic_filter_invalid: 0x8f,
  topic_name_invalid: 0x90,
  packet_identifier_in_use: 0x91,
  packet_identifier_not_found: 0x92,
  receive_maximum_exceeded: 0x93,
  topic_alias_invalid: 0x94,
  packet_too_large: 0x95,
  message_rate_too_high: 0x96,
  quota_exceeded: 0x97,
  administrative_action: 0x98,
  payload_format_invalid: 0x99,
  use_another_server: 0x9c,
} as const;

export type Reason = (typeof REASON)[keyof typeof REASON];

/** From here on a reason code says that it failed [MQTT 5.0, 2.4]. */
export const FAILURE = 0x80;
