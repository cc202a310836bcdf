import { z } from 'zod';
import { method } from './method.ts';

export const authRevoke = method({
  name: 'auth.revoke',
  summary: 'ends all tokens of {"token":"<id>"} for ever, and their connections at once',
  params: z.strictObject({ token: z.string().min(1).max(128) }),
  run: async ({ token }, node) => {
    await node.broker.revokeToken(token);
    return { token };
  },
});
