import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentError } from '../../errors.ts';
import type { KeyPair } from './openssl.ts';

/** Where the certificates of a house are: `ca`, `server`, and one for each client. */
export class CertificateFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** Undefined: there is none. */
  async read(name: string): Promise<KeyPair | undefined> {
    try {
      const [cert, key] = [
        await readFile(this.file(`${name}.crt`), 'utf8'),
        await readFile(this.file(`${name}.key`), 'utf8'),
      ];
      return { cert, key };
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Throws CLI_FILE_EXISTS and writes nothing then. */
  async create(name: string, pair: KeyPair): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    await writeNew(this.file(`${name}.key`), pair.key, 0o600);
    await writeNew(this.file(`${name}.crt`), pair.cert, 0o644);
  }

  /** Puts it in the place of the one there is. The key first: a broker that reads in between keeps what it has. */
  async replace(name: string, pair: KeyPair): Promise<void> {
    const fresh = `.${name}-${process.pid}`;
    await this.create(fresh, pair);
    for (const kind of ['key', 'crt']) await rename(this.file(`${fresh}.${kind}`), this.file(`${name}.${kind}`));
  }
}

async function writeNew(path: string, text: string, mode: number): Promise<void> {
  try {
    const file = await open(path, 'wx', mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      throw new AgentError('CLI_FILE_EXISTS', `${path} exists already`, { cause: error });
    }
    throw error;
  }
}
