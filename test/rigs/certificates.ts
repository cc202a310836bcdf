import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface PemPair {
  readonly cert: string;
  readonly key: string;
}

interface Terms {
  readonly address?: string;
  readonly days?: number;
}

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'] as const;

/** Certificates made by openssl in a folder of their own. */
export class Certificates {
  readonly folder = mkdtempSync(join(tmpdir(), 'pinbus-pem-'));

  file(name: string): string {
    return join(this.folder, name);
  }

  /** An authority, or anybody who signs for itself. */
  selfSigned(name: string, days = 30): PemPair {
    const pair = { cert: this.file(`${name}.crt`), key: this.file(`${name}.key`) };
    const out = ['-subj', `/CN=${name}`, '-keyout', pair.key, '-out', pair.cert];
    this.#openssl('req', '-x509', ...EC, '-days', String(days), ...out);
    return pair;
  }

  /** `address` is what it is for, as openssl writes it, such as `IP:127.0.0.1`; with `days` below 0 it has expired. */
  signedBy(authority: PemPair, name: string, { address, days = 30 }: Terms = {}): PemPair {
    const pair = { cert: this.file(`${name}.crt`), key: this.file(`${name}.key`) };
    const request = this.file(`${name}.csr`);
    const host = address === undefined ? [] : ['-addext', `subjectAltName=${address}`];
    this.#openssl('req', ...EC, '-subj', `/CN=${name}`, ...host, '-keyout', pair.key, '-out', request);
    const ca = ['-CA', authority.cert, '-CAkey', authority.key, '-CAcreateserial', '-copy_extensions', 'copyall'];
    this.#openssl('x509', '-req', '-in', request, ...ca, '-days', String(days), '-out', pair.cert);
    return pair;
  }

  /** PEM of what an authority takes back. */
  revocationList(authority: PemPair, revoked: readonly PemPair[]): Buffer {
    const [config, index, list] = [this.file('crl.cnf'), this.file('crl.index'), this.file('crl.pem')];
    writeFileSync(index, '');
    writeFileSync(config, `[ca]\ndefault_ca=one\n[one]\ndatabase=${index}\ndefault_md=sha256\ndefault_crl_days=30\n`);
    const ca = ['ca', '-config', config, '-cert', authority.cert, '-keyfile', authority.key];
    for (const { cert } of revoked) this.#openssl(...ca, '-revoke', cert);
    this.#openssl(...ca, '-gencrl', '-out', list);
    return readFileSync(list);
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { stdio: 'ignore' });
  }
}
