import { filterFault } from '#topics';
import { z } from 'zod';

/** Header types that keep the two kinds apart: one can never pass for the other [RFC 8725, 3.11]. */
export const TYPE = { access: 'at+jwt', refresh: 'pinbus-refresh+jwt' } as const;

export const ruleSchema = z.object({
  filter: z.string().refine((filter) => filterFault(filter) === undefined),
  access: z.enum(['read', 'write', 'readwrite', 'deny']),
});

/** What a token says. Claims that are not known are left alone [RFC 7519, 4]. */
export const claimsSchema = z.object({
  /** The user. */
  sub: z.string().regex(/^[A-Za-z0-9_.@-]{1,64}$/),
  /** What it is revoked by; a refresh token has it from the access token it came with. */
  jti: z.string().min(1).max(128),
  /** Seconds since 1970. */
  exp: z.number(),
  /** What it may do; missing: what the config gives its user. */
  acl: z.array(ruleSchema).max(256).optional(),
  /** How often a refresh token was exchanged. */
  generation: z.int().min(0).default(0),
});
