import { randomUUID } from 'node:crypto';
import type { Client } from '#broker';
import { type Milliseconds, type NodeId, nodeTopics, parseReply, PinbusError, replyTopic } from '#topics';
import { AgentError } from '../errors.ts';
import { formatDuration } from '../platforms/fields.ts';

/**
 * Calls a method of a node and gives back its result. The request carries its response topic and correlation data both
 * as MQTT 5 properties and in the payload, so that it does not matter which version the connection speaks.
 *
 * @throws PinbusError the node's own error, CLI_NO_ANSWER when none came in time, or a CLIENT_ error
 */
export async function request(
  client: Client,
  node: NodeId,
  method: string,
  params: Readonly<Record<string, unknown>>,
  timeout: Milliseconds,
): Promise<unknown> {
  const topic = nodeTopics(node).call(method);
  const id = randomUUID();
  const answers = replyTopic(client.id);
  const answer = new Promise<Buffer>((resolve, reject) => {
    const timer = setTimeout(
      () =>
        reject(new AgentError('CLI_NO_ANSWER', `${node} did not answer ${method} within ${formatDuration(timeout)}`)),
      timeout,
    );
    client.onLost((error) => {
      clearTimeout(timer);
      reject(error);
    });
    client
      .subscribe([answers], (message) => {
        if (message.topic !== answers) return;
        clearTimeout(timer);
        resolve(message.payload);
      })
      .then(() =>
        client.publish({
          topic,
          payload: Buffer.from(JSON.stringify({ ...params, reply_to: answers, id })),
          qos: 1,
          retain: false,
          properties: { responseTopic: answers, correlationData: Buffer.from(id) },
        }),
      )
      .catch((error: unknown) => {
        clearTimeout(timer);
        reject(error);
      });
  });
  const reply = parseReply(await answer);
  if (!reply.ok) throw new AgentError('CLI_NO_ANSWER', reply.message);
  if (reply.value.ok) return reply.value.result;
  const { code, message, remedy } = reply.value.error;
  throw new PinbusError(code, { retryable: false, remedy }, message);
}
