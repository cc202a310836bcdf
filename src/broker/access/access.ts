import { setTimeout as sleep } from 'node:timers/promises';
import { BrokerError } from '../errors.ts';
import type { AclRule, BrokerOptions, UserOptions } from '../options.ts';
import { type Acl, compileAcl, EVERYTHING } from './acl.ts';
import { Derivations } from './derivations.ts';
import { addressKey, LoginFailures } from './login-failures.ts';
import { checkPasswordHash, NOBODYS_HASH, verifyPassword } from './password.ts';
import { type Grant, REFRESH_RULES, type TokenPair, Tokens } from './tokens.ts';
import { VerifiedPasswords } from './verified.ts';

/** What somebody shows who wants to come in. */
export interface Credentials {
  readonly username: string | undefined;
  readonly password: Buffer | undefined;
  /** The common name of its certificate, where the listener takes users from certificates. */
  readonly certificate: string | undefined;
  /** Where it calls from. */
  readonly address: string;
}

/** Who somebody proved to be, and how; `user` is undefined for who is nobody in particular. */
export interface Identity {
  readonly user: string | undefined;
  /** The hash that the password was right for; undefined: it needed none. */
  readonly hash?: string;
  /** What its token proved. */
  readonly grant?: Grant;
}

/** Who may come in and what they may do there. */
export class Access {
  #users: ReadonlyMap<string, UserOptions> = new Map();
  #tokens: Tokens | undefined;
  /** The rights of who gives no user name. */
  #nameless: readonly AclRule[] | undefined;
  readonly #verified = new VerifiedPasswords();
  readonly #failures = new LoginFailures();
  readonly #derivations = new Derivations();

  /** True while nothing is configured of who may come in: anybody is let in, for everything. */
  get anonymous(): boolean {
    return this.#users.size === 0 && this.#tokens === undefined && this.#nameless === undefined;
  }

  /** Whether somebody may come in who gives no name. */
  get takesNameless(): boolean {
    return this.anonymous || this.#nameless !== undefined;
  }

  /** Replaces all users and keys. Rejects with BROKER_PASSWORD_HASH_INVALID or BROKER_TOKEN_* and changes nothing then. */
  async configure({ users, tokens, anonymous }: Pick<BrokerOptions, 'users' | 'tokens' | 'anonymous'>): Promise<void> {
    for (const { password } of users) if (password !== undefined) checkPasswordHash(password);
    this.#tokens = tokens && (await Tokens.load(tokens, this.#tokens));
    this.#users = new Map(users.map((user) => [user.name, user]));
    this.#nameless = anonymous;
    this.#verified.clear();
  }

  /**
   * Undefined: not let in. Takes as long for a name that does not exist, and the longer the more often the address or the
   * name failed before.
   */
  async authenticate(credentials: Credentials): Promise<Identity | undefined> {
    const { username, password, certificate, address } = credentials;
    if (this.anonymous) return { user: undefined };
    if (certificate !== undefined) return this.#users.has(certificate) ? { user: certificate } : undefined;
    if (username === undefined && this.#nameless !== undefined) return { user: undefined };
    if (username === undefined || password === undefined) return undefined;
    if (this.#tokens !== undefined && Tokens.looksLike(password.toString('latin1'))) {
      return this.#byToken(this.#tokens, credentials, password.toString('latin1'));
    }
    const user = this.#users.get(username);
    const hash = user?.password ?? NOBODYS_HASH;
    if (user !== undefined && this.#verified.has(password, hash)) return { user: user.name, hash };
    const keys = [addressKey(address), `user ${username.slice(0, 64)}`];
    await this.#wait(keys);
    const verified = await this.#derivations.run(() => verifyPassword(password, hash));
    if (verified === undefined) return undefined;
    // The users may have been replaced meanwhile.
    if (!verified || user === undefined || this.#users.get(user.name)?.password !== hash) {
      this.#failures.failed(keys, performance.now());
      return undefined;
    }
    this.#verified.add(password, hash);
    return { user: user.name, hash };
  }

  /** Whether what it proved when it came in would let it in now. */
  holds({ user, hash, grant }: Identity): boolean {
    if (grant !== undefined) return this.#tokens?.holds(grant) === true && this.#rulesOf(grant) !== undefined;
    if (user === undefined) return this.takesNameless;
    const known = this.#users.get(user);
    return known !== undefined && (hash === undefined || known.password === hash);
  }

  /** The rights of a client that was let in; undefined when it may not stay. */
  aclOf({ user, grant }: Identity, clientId: string): Acl | undefined {
    if (this.anonymous) return user === undefined ? EVERYTHING : undefined;
    if (user === undefined) return this.#nameless && compileAcl(this.#nameless, '', clientId);
    const rules =
      grant === undefined ? (this.#users.get(user)?.acl ?? this.#tokens?.rightsOf(user)) : this.#rulesOf(grant);
    return rules && compileAcl(rules, user, clientId);
  }

  /** A new pair for a user's refresh token. Rejects with BROKER_TOKEN_*. */
  async refresh(token: string, user: string): Promise<TokenPair> {
    return this.#needTokens().refresh(token, user);
  }

  /** No token of the id counts any more. Rejects with BROKER_TOKEN_LEDGER. */
  async revoke(id: string): Promise<void> {
    return this.#needTokens().revoke(id);
  }

  #needTokens(): Tokens {
    if (this.#tokens !== undefined) return this.#tokens;
    throw new BrokerError('BROKER_TOKEN_INVALID', 'there are no tokens here: the config has no "broker.tokens"');
  }

  async #byToken(tokens: Tokens, { username, address }: Credentials, token: string): Promise<Identity | undefined> {
    const keys = [addressKey(address)];
    await this.#wait(keys);
    const grant = await tokens.verify(token);
    const rules = grant && this.#rulesOf(grant);
    if (grant === undefined || rules === undefined || grant.user !== username) {
      this.#failures.failed(keys, performance.now());
      return undefined;
    }
    await tokens.remember(grant);
    return { user: grant.user, grant };
  }

  #rulesOf({ kind, rules, user }: Grant): readonly AclRule[] | undefined {
    return kind === 'refresh' ? REFRESH_RULES : (rules ?? this.#users.get(user)?.acl);
  }

  async #wait(keys: readonly string[]): Promise<void> {
    const wait_ms = this.#failures.wait_ms(keys, performance.now());
    if (wait_ms > 0) await sleep(wait_ms, undefined, { ref: false });
  }
}
