import { topicNameFault } from './filter.ts';
import type { Message, MessageProperties } from './message.ts';
import { type Decoded, decoded, refused } from './payload/decoded.ts';
import { encodeJson, isJsonObject, type JsonObject, parseJsonObject } from './payload/json.ts';
import { decodeText, quote } from './payload/text.ts';
import { TREE } from './tree.ts';

/** Bytes. */
const MAX_CALL_BYTES = 65_536;

/** Chosen by the caller to tell answers apart. */
export type CallId = string | number;

/** Where answers to a client go, unless it says otherwise. */
export const replyTopic = (clientId: string): string => `pinbus/reply/${clientId}`;

/** Where an answer goes. */
export interface ReplyAddress {
  readonly topic: string;
  /** From the JSON payload, for callers without MQTT 5. */
  readonly id?: CallId;
  /** From the request's properties [MQTT 5.0, 4.10]. */
  readonly correlationData?: Buffer;
}

export interface CallRequest {
  readonly params: JsonObject;
  readonly reply: ReplyAddress;
}

export interface CallError {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

export type CallOutcome =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly error: CallError };

/**
 * A request on a `call/<method>` topic. Its payload is empty or a JSON object: the parameters. MQTT 5 callers give the
 * response topic and the correlation data as properties; others put "reply_to" and "id" beside the parameters.
 */
export function parseCall(message: Message): Decoded<CallRequest> {
  const text = decodeText(message.payload, MAX_CALL_BYTES);
  if (!text.ok) return text;
  const json = text.value.trim() === '' ? decoded<JsonObject>({}) : parseJsonObject(text.value);
  if (!json.ok) return json;
  const { reply_to, id, ...params } = json.value;
  const { responseTopic, correlationData } = message.properties ?? {};

  const topic = responseTopic ?? reply_to;
  if (topic === undefined) return refused('TOPICS_CALL_NO_REPLY_TOPIC', 'the call does not say where its answer goes');
  if (typeof topic !== 'string') return refused('TOPICS_PAYLOAD_NOT_ALLOWED', '"reply_to" is a topic, as text');
  const fault = replyTopicFault(topic);
  if (fault !== undefined) return refused('TOPICS_CALL_REPLY_TOPIC_REFUSED', `reply topic ${quote(topic)}: ${fault}`);
  if (id !== undefined && typeof id !== 'string' && typeof id !== 'number') {
    return refused('TOPICS_PAYLOAD_NOT_ALLOWED', '"id" is a text or a number');
  }
  const reply = { topic, ...(id !== undefined && { id }), ...(correlationData && { correlationData }) };
  return decoded({ params, reply });
}

/** The answer: `{"id","ok":true,"result"}` or `{"id","ok":false,"error":{"code","message","remedy"}}`. */
export function replyMessage(reply: ReplyAddress, outcome: CallOutcome): Message {
  const properties: MessageProperties = {
    payloadFormatIndicator: true,
    contentType: 'application/json',
    ...(reply.correlationData && { correlationData: reply.correlationData }),
  };
  const id = reply.id === undefined ? {} : { id: reply.id };
  return { topic: reply.topic, payload: encodeJson({ ...id, ...outcome }), qos: 1, retain: false, properties };
}

/** The caller's side of `replyMessage`. */
export function parseReply(payload: Buffer): Decoded<CallOutcome & { readonly id?: CallId }> {
  const text = decodeText(payload, Number.POSITIVE_INFINITY);
  const json = text.ok ? parseJsonObject(text.value) : text;
  if (!json.ok) return json;
  const { id, ok, result, error } = json.value;
  const of = typeof id === 'string' || typeof id === 'number' ? { id } : {};
  if (ok === true) return decoded({ ...of, ok, result });
  if (ok === false && isJsonObject(error)) {
    const { code, message, remedy } = error;
    if (typeof code === 'string' && typeof message === 'string' && typeof remedy === 'string') {
      return decoded({ ...of, ok, error: { code, message, remedy } });
    }
  }
  return refused('TOPICS_PAYLOAD_NOT_ALLOWED', `${quote(payload.toString('utf8'))} is not the answer to a call`);
}

/**
 * The node answers with rights of its own, so an answer must not become what the caller could not say itself: a state or a
 * command of some node, or the broker's own topics.
 */
function replyTopicFault(topic: string): string | undefined {
  if (topic.startsWith('$')) return 'topics that start with "$" belong to the broker';
  if (topic === TREE || topic.startsWith(`${TREE}/`)) return `topics below "${TREE}/" belong to the nodes`;
  return topicNameFault(topic);
}
