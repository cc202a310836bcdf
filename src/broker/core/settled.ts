/**
 * An answer that is there already. Its `then` calls back at once, unlike a promise's: Aedes waits for its persistence with
 * `then`, and what it waits for in a later turn is overtaken by the next publish.
 */
export interface Settled<T> {
  then(resolve: (value: T) => void): void;
}

export const settled = <T>(value: T): Settled<T> => ({
  // oxlint-disable-next-line unicorn/no-thenable -- being awaited is what it is for
  then: (resolve) => resolve(value),
});
