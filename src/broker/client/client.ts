import type { IClientPublishOptions, IPublishPacket, MqttClient } from 'mqtt';
import type { Message } from '#topics';
import { BrokerError } from '../errors.ts';
import { describeConnectFailure, describeRefusal } from './failure.ts';
import type { ClientOptions } from './options.ts';
import { fromPacket, toProperties } from './packet.ts';

/** How long a broker may take to answer CONNECT, SUBSCRIBE or a QoS 1 publish, in milliseconds. */
const ANSWER_TIMEOUT_MS = 5_000;

/**
 * One connection of a short life, for the command line: it does not connect again, queues nothing, and says what went
 * wrong in words for the person who typed the command.
 */
export class Client {
  readonly #mqtt: MqttClient;
  readonly #options: ClientOptions;
  #closing = false;

  constructor(mqtt: MqttClient, options: ClientOptions) {
    this.#mqtt = mqtt;
    this.#options = options;
  }

  /** The id that this client has, given by itself. */
  get id(): string {
    return this.#mqtt.options.clientId ?? '';
  }

  /** Settles when the broker has it: at once for QoS 0, on its PUBACK or PUBCOMP for the others. */
  async publish(message: Message): Promise<void> {
    const { topic, payload, qos, retain, properties } = message;
    const options: IClientPublishOptions = { qos, retain };
    if (properties !== undefined && this.#options.version === '5') options.properties = toProperties(properties);
    await this.#answered(`the publish to ${topic}`, this.#mqtt.publishAsync(topic, payload, options));
  }

  /**
   * Settles when the broker granted every filter. Messages come in the order of the wire; `retain` is true for those
   * that were stored before, false for live ones [MQTT-3.3.1-8, -9].
   */
  async subscribe(filters: readonly string[], handler: (message: Message) => void): Promise<void> {
    this.#mqtt.on('message', (_topic: string, _payload: Buffer, packet: IPublishPacket) => handler(fromPacket(packet)));
    await this.#answered(
      `the subscription to ${filters.join(', ')}`,
      this.#mqtt.subscribeAsync([...filters], { qos: 1 }),
    );
  }

  /** Settles when the broker answered; what it had sent for the filters before that has been handed over. */
  async unsubscribe(filters: readonly string[]): Promise<void> {
    await this.#answered('the end of a subscription', this.#mqtt.unsubscribeAsync([...filters]));
  }

  /** Calls back once when the connection ends without `close` having been called. */
  onLost(listener: (error: BrokerError) => void): void {
    this.#mqtt.once('close', () => {
      if (!this.#closing) listener(this.#lost());
    });
  }

  /** Says goodbye, so that the broker does not send a will, and frees the socket. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#mqtt.endAsync(!this.#mqtt.connected);
  }

  async #answered<T>(what: string, answer: Promise<T>): Promise<T> {
    let stop: () => void = () => {};
    const trouble = new Promise<never>((_resolve, reject) => {
      const lost = () => reject(this.#lost());
      const timer = setTimeout(
        () => reject(new BrokerError('CLIENT_TIMEOUT', `${this.#options.url} did not answer ${what}`)),
        ANSWER_TIMEOUT_MS,
      );
      this.#mqtt.once('close', lost);
      stop = () => {
        clearTimeout(timer);
        this.#mqtt.removeListener('close', lost);
      };
    });
    try {
      return await Promise.race([answer, trouble]);
    } catch (error) {
      throw describeRefusal(error, what);
    } finally {
      stop();
    }
  }

  #lost(): BrokerError {
    return new BrokerError('CLIENT_LOST', `${this.#options.url} closed the connection`);
  }
}

/**
 * Connects once.
 * @throws BrokerError CLIENT_UNREACHABLE, CLIENT_NOT_AUTHORISED, CLIENT_TLS, CLIENT_REFUSED or
 *   CLIENT_TIMEOUT
 */
export async function connectClient(options: ClientOptions, signal?: AbortSignal): Promise<Client> {
  signal?.throwIfAborted();
  const { connect } = await import('mqtt');
  const mqtt = connect(options.url, {
    protocolVersion: options.version === '5' ? 5 : 4,
    clientId: options.client_id,
    clean: true,
    reconnectPeriod: 0,
    queueQoSZero: false,
    connectTimeout: ANSWER_TIMEOUT_MS,
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  });
  return new Promise((resolve, reject) => {
    let failure: unknown;
    const abort = () => {
      mqtt.end(true);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
    const onError = (error: unknown) => {
      failure ??= error;
    };
    const onClose = () => {
      signal?.removeEventListener('abort', abort);
      mqtt.end(true);
      reject(describeConnectFailure(failure, options));
    };
    mqtt.on('error', onError);
    mqtt.once('close', onClose);
    mqtt.once('connect', () => {
      signal?.removeEventListener('abort', abort);
      mqtt.removeListener('close', onClose);
      resolve(new Client(mqtt, options));
    });
  });
}
