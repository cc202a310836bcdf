import * as fc from 'fast-check';

const name = fc.constantFrom('', 'a', 'b', 'c', '$SYS', '$x', '__proto__', 'constructor', 'ü');

/** Topics of few distinct levels, so that filters often hit. */
export const topic = fc
  .array(name, { minLength: 1, maxLength: 6 })
  .map((levels) => levels.join('/'))
  .filter((text) => text !== '');

export const filter = fc
  .tuple(fc.array(fc.oneof(name, fc.constant('+')), { maxLength: 5 }), fc.constantFrom('#', '+', 'a', ''))
  .map(([levels, last]) => [...levels, last].join('/'))
  .filter((text) => text !== '');

export const id = fc.stringMatching(/^[a-z0-9_-]{1,64}$/);
