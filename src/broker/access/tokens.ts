import { randomUUID } from 'node:crypto';
import type * as jose from 'jose';
import { BrokerError } from '../errors.ts';
import type { AclRule, FilterRule, TokenOptions } from '../options.ts';
import { claimsSchema, TYPE } from './claims.ts';
import { type LoadedKey, loadKey } from './token-keys.ts';
import { TokenLedger } from './token-ledger.ts';

/** What a token proved. */
export interface Grant {
  readonly id: string;
  readonly user: string;
  readonly kind: 'access' | 'refresh';
  readonly generation: number;
  /** Undefined: those of the user in the config. */
  readonly rules?: readonly FilterRule[] | undefined;
  /** Wall clock, milliseconds since 1970. */
  readonly expires_ms: number;
}

export interface TokenPair {
  readonly access_token: string;
  readonly refresh_token: string;
  /** Of the access token, in seconds. */
  readonly expires_in_s: number;
  /** What both are revoked by. */
  readonly id: string;
}

/** Whose token it is to be. */
export interface TokenSubject {
  readonly user: string;
  readonly rules?: readonly FilterRule[] | undefined;
}

/** All that a refresh token as a password is good for: to be exchanged. */
export const REFRESH_RULES: readonly AclRule[] = [
  { filter: 'pinbus/v1/+/call/auth.refresh', access: 'write' },
  { filter: 'pinbus-auth/%u', access: 'read' },
];

/** How far the clock may be set back without making new tokens look too long. */
const CLOCK_STEP_MS = 60_000;

/** Loaded with the first key: most nodes have none, and it takes longer to load than the rest of the broker. */
type Jose = typeof jose;

/** Short-lived tokens that say who somebody is and what it may do [RFC 7519, 9068], and what they are renewed by. */
export class Tokens {
  readonly #options: TokenOptions;
  readonly #keys: readonly LoadedKey[];
  readonly #ledger: TokenLedger;
  readonly #jose: Jose;

  private constructor(options: TokenOptions, keys: readonly LoadedKey[], ledger: TokenLedger, jose: Jose) {
    this.#jose = jose;
    this.#options = options;
    this.#keys = keys;
    this.#ledger = ledger;
  }

  /** `before` had the file open; what it is writing is not on disk yet. Rejects with BROKER_TOKEN_KEY_INVALID and _LEDGER. */
  static async load(options: TokenOptions, before?: Tokens): Promise<Tokens> {
    const known = before !== undefined && before.#options.ledger === options.ledger ? before.#ledger : undefined;
    const ledger = known ?? (await TokenLedger.load(options.ledger));
    return new Tokens(options, await Promise.all(options.keys.map(loadKey)), ledger, await import('jose'));
  }

  /** What it looks like, before it is worth a signature's check. */
  static looksLike(text: string): boolean {
    return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
  }

  /** Undefined for whatever is wrong with it. */
  async verify(token: string): Promise<Grant | undefined> {
    for (const key of this.#keys) {
      const grant = await this.#verifyBy(key, token);
      if (grant !== undefined && this.#counts(grant)) return grant;
    }
    return undefined;
  }

  /** Whether who came in by it may stay: it has not expired and was not revoked. Who exchanged it waits for the answer. */
  holds({ id, expires_ms }: Grant): boolean {
    return expires_ms > Date.now() && !this.#ledger.isRevoked(id);
  }

  /** What a user came in with last, for its sessions that wait; undefined: nobody came by that name. */
  rightsOf(user: string): readonly FilterRule[] | undefined {
    return this.#ledger.rightsOf(user);
  }

  /** For its sessions that wait. Settles when they will outlive a restart, if they can. */
  async remember({ kind, user, rules }: Grant): Promise<void> {
    if (kind !== 'access' || rules === undefined) return;
    // Without a disk they end with the process; the next entry of the ledger writes them as well.
    await this.#ledger.setRights(user, rules).catch(() => {});
  }

  #counts(grant: Grant): boolean {
    // What is revoked is remembered for that long, so nothing may be valid for longer.
    if (grant.expires_ms > this.#longest_ms()) return false;
    const exchanged = grant.kind === 'refresh' && grant.generation !== this.#ledger.generationOf(grant.id);
    return this.holds(grant) && !exchanged;
  }

  /** The first pair for somebody. Rejects with BROKER_TOKEN_KEY_INVALID when there is no key to sign with. */
  issue(subject: TokenSubject): Promise<TokenPair> {
    return this.#pair(subject, randomUUID(), 0);
  }

  /**
   * Exchanges a user's refresh token, which then counts no more. One that comes a second time was stolen, by whoever came first or
   * second: all of its id is revoked [RFC 9700, 4.14.2]. Rejects with BROKER_TOKEN_INVALID.
   */
  async refresh(token: string, user: string): Promise<TokenPair> {
    const grants = await Promise.all(this.#keys.map((key) => this.#verifyBy(key, token)));
    const grant = grants.find((candidate) => candidate?.kind === 'refresh');
    if (grant?.user !== user) throw new BrokerError('BROKER_TOKEN_INVALID', 'it is no refresh token of that user');
    const { id, rules, generation } = grant;
    if (!this.#counts(grant)) {
      if (generation < this.#ledger.generationOf(id)) await this.revoke(id);
      throw new BrokerError('BROKER_TOKEN_INVALID', 'the refresh token was exchanged before, revoked, or has expired');
    }
    const next = generation + 1;
    await this.#ledger.set(id, { revoked: false, generation: next, until_ms: this.#longest_ms() });
    return this.#pair({ user, rules }, id, next);
  }

  /** All tokens of an id, known or not. Settles when it is on disk. Rejects with BROKER_TOKEN_LEDGER. */
  revoke(id: string): Promise<void> {
    const generation = this.#ledger.generationOf(id);
    return this.#ledger.set(id, { revoked: true, generation, until_ms: this.#longest_ms() });
  }

  /** When no token that counts now is valid any more. */
  #longest_ms(): number {
    return Date.now() + this.#options.refresh_lifetime + CLOCK_STEP_MS;
  }

  async #verifyBy({ algorithm, verify }: LoadedKey, token: string): Promise<Grant | undefined> {
    try {
      const { issuer } = this.#options;
      const { payload, protectedHeader } = await this.#jose.jwtVerify(token, verify, {
        algorithms: [algorithm],
        issuer,
      });
      const claims = claimsSchema.safeParse(payload);
      if (!claims.success) return undefined;
      const { sub: user, jti: id, exp, acl: rules, generation } = claims.data;
      const kind = protectedHeader.typ === TYPE.refresh ? 'refresh' : 'access';
      return { id, user, kind, generation, rules, expires_ms: exp * 1000 };
    } catch (error) {
      if (error instanceof this.#jose.errors.JOSEError) return undefined;
      throw error;
    }
  }

  async #pair({ user, rules }: TokenSubject, id: string, generation: number): Promise<TokenPair> {
    const { access_lifetime, refresh_lifetime } = this.#options;
    const claims = { ...(rules && { acl: rules }) };
    return {
      access_token: await this.#sign(TYPE.access, claims, { user, id, lifetime_ms: access_lifetime }),
      refresh_token: await this.#sign(
        TYPE.refresh,
        { ...claims, generation },
        { user, id, lifetime_ms: refresh_lifetime },
      ),
      expires_in_s: Math.round(access_lifetime / 1000),
      id,
    };
  }

  #sign(typ: string, claims: jose.JWTPayload, of: { user: string; id: string; lifetime_ms: number }): Promise<string> {
    const key = this.#keys.find(({ sign }) => sign !== undefined);
    if (key?.sign === undefined) {
      throw new BrokerError('BROKER_TOKEN_KEY_INVALID', 'none of the keys of "tokens" can sign');
    }
    const now_s = Math.floor(Date.now() / 1000);
    return new this.#jose.SignJWT(claims)
      .setProtectedHeader({ alg: key.algorithm, typ })
      .setIssuer(this.#options.issuer)
      .setSubject(of.user)
      .setJti(of.id)
      .setIssuedAt(now_s)
      .setExpirationTime(now_s + Math.round(of.lifetime_ms / 1000))
      .sign(key.sign);
  }
}
