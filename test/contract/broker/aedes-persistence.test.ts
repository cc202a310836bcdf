import assert from 'node:assert';
import { EventEmitter } from 'node:events';
import abstract from 'aedes-persistence/abstract.js';
import { afterAll, expect, test } from 'vitest';
import { StoredPersistence } from './stored-persistence.ts';

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
