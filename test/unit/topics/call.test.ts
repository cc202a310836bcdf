import { type MessageProperties, parseCall, parseReply, replyMessage } from '#topics';
import { describe, expect, it } from 'vitest';

const request = (payload: string, properties?: MessageProperties) =>
  parseCall({
    topic: 'pinbus/v1/porch/call/log.level',
    payload: Buffer.from(payload),
    qos: 1,
    retain: false,
    ...(properties && { properties }),
  });

describe('a call', () => {
  it('of MQTT 5 is answered on its response topic, with its correlation data', () => {
    const correlationData = Buffer.from([1, 2]);
    expect(request('{"level":"debug"}', { responseTopic: 'me/reply', correlationData })).toEqual({
      ok: true,
      value: { params: { level: 'debug' }, reply: { topic: 'me/reply', correlationData } },
    });
    expect(request('', { responseTopic: 'me/reply' })).toMatchObject({ ok: true, value: { params: {} } });
  });

  it('of MQTT 3.1.1 says in its payload where the answer goes', () => {
    expect(request('{"reply_to":"me/reply","id":7,"level":"debug"}')).toEqual({
      ok: true,
      value: { params: { level: 'debug' }, reply: { topic: 'me/reply', id: 7 } },
    });
  });

  it.each([
    ['', 'TOPICS_CALL_NO_REPLY_TOPIC'],
    ['{"id":1}', 'TOPICS_CALL_NO_REPLY_TOPIC'],
    ['{"reply_to":5}', 'TOPICS_PAYLOAD_NOT_ALLOWED'],
    ['{"reply_to":"a","id":{}}', 'TOPICS_PAYLOAD_NOT_ALLOWED'],
    ['{"reply_to":""}', 'TOPICS_CALL_REPLY_TOPIC_REFUSED'],
    ['{"reply_to":"a/+"}', 'TOPICS_CALL_REPLY_TOPIC_REFUSED'],
    ['{"reply_to":"$SYS/a"}', 'TOPICS_CALL_REPLY_TOPIC_REFUSED'],
    ['{"reply_to":"pinbus/v1/porch/lamp/set"}', 'TOPICS_CALL_REPLY_TOPIC_REFUSED'],
    ['{"reply_to":"pinbus/v1/attic/call/info"}', 'TOPICS_CALL_REPLY_TOPIC_REFUSED'],
    ['["a"]', 'TOPICS_PAYLOAD_NOT_JSON'],
    ['{', 'TOPICS_PAYLOAD_NOT_JSON'],
    [`"${'x'.repeat(70_000)}"`, 'TOPICS_PAYLOAD_TOO_LARGE'],
  ])('%.40s is refused', (payload, code) => expect(request(payload)).toMatchObject({ ok: false, code }));

  it('does not make the node say what its caller may not: the response topic is looked at as well', () => {
    const refused = { ok: false, code: 'TOPICS_CALL_REPLY_TOPIC_REFUSED' };
    expect(request('', { responseTopic: 'pinbus/v1/porch/status' })).toMatchObject(refused);
  });
});

describe('a reply', () => {
  it('has the id, what was asked for, and the correlation data', () => {
    const correlationData = Buffer.from('x');
    const reply = replyMessage({ topic: 'me', id: 'a', correlationData }, { ok: true, result: { level: 'debug' } });
    expect(reply).toMatchObject({ topic: 'me', retain: false, properties: { correlationData } });
    expect(reply.payload.toString()).toBe('{"id":"a","ok":true,"result":{"level":"debug"}}');
  });

  it('of a failure says the code and what to do', () => {
    const error = { code: 'CALL_UNKNOWN', message: 'no such method', remedy: 'ask for one of ...' };
    const { payload } = replyMessage({ topic: 'me' }, { ok: false, error });
    expect(payload.toString()).toBe(JSON.stringify({ ok: false, error }));
    expect(parseReply(payload)).toEqual({ ok: true, value: { ok: false, error } });
  });

  it.each(['', '{}', '{"ok":1}', '{"ok":false}', '{"ok":false,"error":{"code":"A"}}'])('%j is none', (payload) => {
    expect(parseReply(Buffer.from(payload))).toMatchObject({ ok: false });
  });
});
