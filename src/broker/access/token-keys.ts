import { createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { BrokerError } from '../errors.ts';
import type { TokenKey } from '../options.ts';

/** RFC 7518, 3.2: a key for HS256 has at least the size of the hash. */
const SECRET_BYTES = 32;

/** A key for one algorithm alone: what a token's header asks for never chooses how its signature is checked. */
export interface LoadedKey {
  readonly algorithm: TokenKey['algorithm'];
  readonly verify: KeyObject;
  /** Undefined: the key of somebody else, who signs. */
  readonly sign: KeyObject | undefined;
}

/** Rejects with BROKER_TOKEN_KEY_INVALID, which never repeats a secret. */
export async function loadKey(key: TokenKey): Promise<LoadedKey> {
  const { algorithm } = key;
  if ('secret' in key) {
    if (Buffer.byteLength(key.secret) < SECRET_BYTES) {
      throw new BrokerError(
        'BROKER_TOKEN_KEY_INVALID',
        `the secret of ${algorithm} is shorter than ${SECRET_BYTES} bytes`,
      );
    }
    const secret = createSecretKey(key.secret, 'utf8');
    return { algorithm, verify: secret, sign: secret };
  }
  try {
    const pem = await readFile(key.key);
    const sign = pem.includes('PRIVATE KEY') ? createPrivateKey(pem) : undefined;
    const verify = createPublicKey(pem);
    if (verify.asymmetricKeyType !== (algorithm === 'ES256' ? 'ec' : 'rsa'))
      throw new Error(`it is no key for ${algorithm}`);
    return { algorithm, verify, sign };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new BrokerError('BROKER_TOKEN_KEY_INVALID', `the key ${key.key} cannot be used: ${why}`, { cause });
  }
}
