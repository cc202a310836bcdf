import assert from 'node:assert';
import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { afterAll, expect, test } from 'vitest';
import { StoredPersistence } from './stored-persistence.ts';

/** What the suite uses of node:test. */
interface Context {
  plan(assertions: number): void;
  diagnostic(text: string): void;
  readonly assert: Pick<typeof assert, 'equal' | 'notEqual' | 'deepEqual' | 'ok'>;
}
type Suite = (options: {
  test: (name: string, body: (context: Context) => Promise<void>) => void;
  persistence: () => Promise<StoredPersistence>;
  testAsync: true;
  buildEmitter: () => unknown;
}) => void;

// It has no types.
const abstract = createRequire(import.meta.url)('aedes-persistence/abstract') as Suite;

let cases = 0;

abstract({
  test: (name, body) => {
    cases++;
    test(name, async () => {
      let planned: number | undefined;
      let made = 0;
      const counting = new Proxy(assert, {
        get: (target, method: 'equal' | 'deepEqual') => {
          made++;
          return target[method];
        },
      });
      await body({ plan: (assertions) => (planned = assertions), diagnostic: () => {}, assert: counting });
      if (planned !== undefined) expect(made).toBe(planned);
    });
  },
  persistence: () => Promise.resolve(new StoredPersistence()),
  testAsync: true,
  buildEmitter: () => Object.assign(new EventEmitter(), { close: () => {} }),
});

afterAll(() => expect(cases).toBe(50));
