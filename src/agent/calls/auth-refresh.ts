import { confidentialTopicOf, confidentialUserOf } from '#topics';
import { z } from 'zod';
import { AgentError } from '../errors.ts';
import { method } from './method.ts';

/** What no other user reads: the request by its topic, the answer by the user's own. */
export const authRefresh = method({
  name: 'auth.refresh',
  summary: 'a new pair for {"refresh_token":"..."}, which counts no more; answered on pinbus-auth/<user> alone',
  params: z.strictObject({ refresh_token: z.string().min(1).max(16_384) }),
  run: ({ refresh_token }, node, { topic }) => {
    const user = confidentialUserOf(topic);
    if (user !== undefined) return node.broker.refreshToken(refresh_token, user);
    throw new AgentError('AGENT_CALL_PARAMS_INVALID', `the answer goes to ${confidentialTopicOf('<user>')} alone`);
  },
});
