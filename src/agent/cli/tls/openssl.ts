import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AgentError } from '../../errors.ts';

const run = promisify(execFile);
const DEADLINE_MS = 20_000;

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateRequest {
  /** Its subject. Letters, digits, and what hosts and people are called with. */
  readonly common_name: string;
  readonly days: number;
  /** Lines of openssl's x509v3_config(5). */
  readonly extensions: readonly string[];
}

/**
 * A certificate on the curve P-256, which every phone takes; signed by the authority, or by itself. node:crypto reads
 * certificates and makes none. Keys are in files of a private folder for as long as it takes, never in arguments.
 */
export async function makeCertificate(request: CertificateRequest, authority?: KeyPair): Promise<KeyPair> {
  const folder = await mkdtemp(join(tmpdir(), 'pinbus-tls-'));
  const file = (name: string): string => join(folder, name);
  try {
    await writeFile(file('config'), configOf(request));
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file('key')];
    const common = ['req', '-new', '-config', file('config'), ...key, '-sha256'];
    const serial = ['-set_serial', `0x${serialNumber()}`];
    const until = ['-days', String(request.days)];
    if (authority === undefined) {
      await openssl([...common, '-x509', '-extensions', 'extensions', ...serial, ...until, '-out', file('cert')]);
    } else {
      await openssl([...common, '-out', file('request')]);
      await writeFile(file('ca.crt'), authority.cert);
      await writeFile(file('ca.key'), authority.key, { mode: 0o600 });
      const by = ['-CA', file('ca.crt'), '-CAkey', file('ca.key'), '-extfile', file('config')];
      const signing = ['x509', '-req', '-in', file('request'), ...by, '-extensions', 'extensions', '-sha256'];
      await openssl([...signing, ...serial, ...until, '-out', file('cert')]);
    }
    return { cert: await readFile(file('cert'), 'utf8'), key: await readFile(file('key'), 'utf8') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Its own, so that what a distribution has in /etc/ssl/openssl.cnf changes nothing. */
function configOf({ common_name, extensions }: CertificateRequest): string {
  const request = ['[req]', 'distinguished_name = subject', 'prompt = no', 'utf8 = yes'];
  return [...request, '[subject]', `CN = ${common_name}`, '[extensions]', ...extensions, ''].join('\n');
}

/** Positive, at most 20 bytes [RFC 5280, 4.1.2.2]. */
const serialNumber = (): string => `01${randomBytes(15).toString('hex')}`;

async function openssl(args: readonly string[]): Promise<void> {
  try {
    await run('openssl', args, { timeout: DEADLINE_MS });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new AgentError('CLI_OPENSSL_MISSING', 'openssl is not installed, which makes certificates', {
        cause: error,
      });
    }
    throw error;
  }
}
