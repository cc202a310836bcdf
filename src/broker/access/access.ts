import type { UserOptions } from '../options.ts';
import { type Acl, compileAcl, EVERYTHING } from './acl.ts';
import { checkPasswordHash, NOBODYS_HASH, verifyPassword } from './password.ts';
import { VerifiedPasswords } from './verified.ts';

/** Who somebody proved to be; `user` is undefined for anybody, while there are no users. */
export interface Identity {
  readonly user: string | undefined;
}

/** Who may come in and what they may do there. */
export class Access {
  #users: ReadonlyMap<string, UserOptions> = new Map();
  readonly #verified = new VerifiedPasswords();

  /** True while no users are configured: anybody is let in, for everything. */
  get anonymous(): boolean {
    return this.#users.size === 0;
  }

  /** Replaces all users. Throws BROKER_PASSWORD_HASH_INVALID and changes nothing then. */
  configure(users: readonly UserOptions[]): void {
    for (const user of users) checkPasswordHash(user.password);
    this.#users = new Map(users.map((user) => [user.name, user]));
    this.#verified.clear();
  }

  /** Undefined: not let in. Takes as long for a name that does not exist. */
  async authenticate(username: string | undefined, password: Buffer | undefined): Promise<Identity | undefined> {
    if (this.anonymous) return { user: undefined };
    if (username === undefined || password === undefined) return undefined;
    const user = this.#users.get(username);
    const hash = user?.password ?? NOBODYS_HASH;
    if (user !== undefined && this.#verified.has(password, hash)) return { user: user.name };
    const verified = await verifyPassword(password, hash);
    // The users may have been replaced meanwhile.
    if (!verified || user === undefined || this.#users.get(user.name)?.password !== hash) return undefined;
    this.#verified.add(password, hash);
    return { user: user.name };
  }

  /** The rights of a client that was let in; undefined when it may not stay. */
  aclOf({ user }: Identity, clientId: string): Acl | undefined {
    if (this.anonymous) return user === undefined ? EVERYTHING : undefined;
    const known = user === undefined ? undefined : this.#users.get(user);
    return known && compileAcl(known.acl, known.name, clientId);
  }

  /** The hash that a user has now, to see that it changed. */
  passwordHashOf(user: string | undefined): string | undefined {
    return user === undefined ? undefined : this.#users.get(user)?.password;
  }
}
