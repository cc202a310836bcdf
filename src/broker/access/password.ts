import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { BrokerError } from '../errors.ts';

interface ScryptHash {
  /** Cost, a power of two. */
  readonly N: number;
  /** Block size. */
  readonly r: number;
  /** Parallelisation. */
  readonly p: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** 16 MiB and some 50 ms on a Pi 4; OWASP's floor for interactive use is the same memory. */
const COST = { N: 16_384, r: 8, p: 1 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Costs above these are a mistake or an attack on the machine's memory. */
const MOST = { N: 1_048_576, r: 32, p: 16 } as const;

const derive = promisify<string | Buffer, Buffer, number, object, Buffer>(scrypt);

/** A hash for the config: `scrypt$N$r$p$salt$hash`, salt and hash in base64. Does not block the event loop. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await run(password, { ...COST, salt, hash: Buffer.alloc(HASH_BYTES) });
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64'), hash.toString('base64')].join('$');
}

/**
 * Whether the password is the hashed one, in constant time and off the event loop. Rejects with
 * BROKER_PASSWORD_HASH_INVALID.
 */
export async function verifyPassword(password: string | Buffer, encoded: string): Promise<boolean> {
  const expected = parseHash(encoded);
  return timingSafeEqual(await run(password, expected), expected.hash);
}

/** Throws BROKER_PASSWORD_HASH_INVALID, which never repeats the hash. */
export function checkPasswordHash(encoded: string): void {
  parseHash(encoded);
}

/** Somebody who does not exist: to verify against it takes as long as against a real hash. */
export const NOBODYS_HASH = `scrypt$${COST.N}$${COST.r}$${COST.p}$${Buffer.alloc(SALT_BYTES).toString('base64')}$${Buffer.alloc(HASH_BYTES).toString('base64')}`;

function run(password: string | Buffer, { N, r, p, salt, hash }: ScryptHash): Promise<Buffer> {
  return derive(password, salt, hash.length, { N, r, p, maxmem: 256 * N * r });
}

function parseHash(encoded: string): ScryptHash {
  const [scheme, N, r, p, salt, hash, ...rest] = encoded.split('$');
  const parsed = {
    N: Number(N),
    r: Number(r),
    p: Number(p),
    salt: Buffer.from(salt ?? '', 'base64'),
    hash: Buffer.from(hash ?? '', 'base64'),
  };
  const costs = [parsed.N, parsed.r, parsed.p];
  const sane =
    costs.every((cost) => Number.isSafeInteger(cost) && cost >= 1) &&
    parsed.N >= 2 &&
    (parsed.N & (parsed.N - 1)) === 0 &&
    parsed.N <= MOST.N &&
    parsed.r <= MOST.r &&
    parsed.p <= MOST.p;
  if (scheme !== 'scrypt' || rest.length > 0 || !sane || parsed.salt.length < 8 || parsed.hash.length < 16) {
    throw new BrokerError('BROKER_PASSWORD_HASH_INVALID', 'a password hash is not of the form scrypt$N$r$p$salt$hash');
  }
  return parsed;
}
