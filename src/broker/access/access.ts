import { setTimeout as sleep } from 'node:timers/promises';
import type { BrokerOptions, UserOptions } from '../options.ts';
import { type Acl, compileAcl, EVERYTHING } from './acl.ts';
import { Derivations } from './derivations.ts';
import { addressKey, LoginFailures } from './login-failures.ts';
import { checkPasswordHash, NOBODYS_HASH, verifyPassword } from './password.ts';
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

/** Who somebody proved to be, and how; `user` is undefined for anybody, while there are no users. */
export interface Identity {
  readonly user: string | undefined;
  /** The hash that the password was right for; undefined: it needed none. */
  readonly hash?: string;
}

/** Who may come in and what they may do there. */
export class Access {
  #users: ReadonlyMap<string, UserOptions> = new Map();
  readonly #verified = new VerifiedPasswords();
  readonly #failures = new LoginFailures();
  readonly #derivations = new Derivations();

  /** True while no users are configured: anybody is let in, for everything. */
  get anonymous(): boolean {
    return this.#users.size === 0;
  }

  /** Replaces all users. Throws BROKER_PASSWORD_HASH_INVALID and changes nothing then. */
  configure({ users }: Pick<BrokerOptions, 'users'>): void {
    for (const { password } of users) if (password !== undefined) checkPasswordHash(password);
    this.#users = new Map(users.map((user) => [user.name, user]));
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
    if (username === undefined || password === undefined) return undefined;
    const user = this.#users.get(username);
    const hash = user?.password ?? NOBODYS_HASH;
    if (user !== undefined && this.#verified.has(password, hash)) return { user: user.name, hash };
    const keys = [addressKey(address), `user ${username.slice(0, 64)}`];
    const wait_ms = this.#failures.wait_ms(keys, performance.now());
    if (wait_ms > 0) await sleep(wait_ms, undefined, { ref: false });
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
  holds({ user, hash }: Identity): boolean {
    if (this.anonymous || user === undefined) return this.anonymous && user === undefined;
    const known = this.#users.get(user);
    return known !== undefined && (hash === undefined || known.password === hash);
  }

  /** The rights of a client that was let in; undefined when it may not stay. */
  aclOf({ user }: Identity, clientId: string): Acl | undefined {
    if (this.anonymous) return user === undefined ? EVERYTHING : undefined;
    const known = user === undefined ? undefined : this.#users.get(user);
    return known && compileAcl(known.acl, known.name, clientId);
  }
}
