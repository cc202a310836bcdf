declare module 'aedes-persistence/abstract.js' {
  import type assert from 'node:assert';
  import type { StoredPersistence } from './stored-persistence.ts';

  /** What the suite uses of node:test. */
  export interface Context {
    plan(assertions: number): void;
    diagnostic(text: string): void;
    readonly assert: Pick<typeof assert, 'equal' | 'notEqual' | 'deepEqual' | 'ok'>;
  }

  export default function abstract(options: {
    test: (name: string, body: (context: Context) => Promise<void>) => void;
    persistence: () => Promise<StoredPersistence>;
    testAsync: true;
    buildEmitter: () => unknown;
  }): void;
}
