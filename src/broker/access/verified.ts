import { createHmac, randomBytes } from 'node:crypto';

const MOST = 256;

/**
 * Passwords that were verified a moment ago, so that all clients of a house that reconnect at once do not each cost a
 * derivation. Kept are keyed digests alone, whose key dies with the process.
 */
export class VerifiedPasswords {
  readonly #key = randomBytes(32);
  readonly #digests = new Set<string>();

  has(password: Buffer, hash: string): boolean {
    return this.#digests.has(this.#digest(password, hash));
  }

  add(password: Buffer, hash: string): void {
    const digest = this.#digest(password, hash);
    if (this.#digests.size >= MOST) this.#digests.clear();
    this.#digests.add(digest);
  }

  clear(): void {
    this.#digests.clear();
  }

  #digest(password: Buffer, hash: string): string {
    return createHmac('sha256', this.#key).update(hash).update('\0').update(password).digest('base64');
  }
}
