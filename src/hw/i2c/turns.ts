/** One after the other: who takes a turn waits until whoever took one before him on the same thing has ended his. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Settles with what ends the turn. */
  async take(thing: string): Promise<() => void> {
    const before = this.#last.get(thing);
    const { promise, resolve } = withResolvers();
    this.#last.set(thing, promise);
    await before;
    return () => {
      if (this.#last.get(thing) === promise) this.#last.delete(thing);
      resolve();
    };
  }
}

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
