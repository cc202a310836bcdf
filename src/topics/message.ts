/** Quality of service [MQTT 5.0, 4.3]. */
export type Qos = 0 | 1 | 2;

/** A user property: a name and a value. The order of the list is kept and a name may repeat [MQTT-3.3.2-17, -18]. */
export type UserProperty = readonly [name: string, value: string];

/** The PUBLISH properties that travel from publisher to subscriber [MQTT 5.0, 3.3.2.3]. */
export interface MessageProperties {
  /** True: the payload is UTF-8 text. */
  readonly payloadFormatIndicator?: boolean;
  /** Seconds, 0 to 4,294,967,295, from the moment the message was received. */
  readonly messageExpiryInterval?: number;
  readonly contentType?: string;
  readonly responseTopic?: string;
  readonly correlationData?: Buffer;
  readonly userProperties?: readonly UserProperty[];
}

/** An application message, independent of the protocol's version and of the connection that brought it. */
export interface Message {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: Qos;
  readonly retain: boolean;
  readonly properties?: MessageProperties;
}
