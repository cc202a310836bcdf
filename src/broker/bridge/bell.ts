/** What one loop waits by: others ring when something may have changed. Nobody hears it who does not wait at that moment. */
export class Bell {
  #waiter: (() => void) | undefined;

  ring(): void {
    this.#waiter?.();
  }

  /** Settles when it rings, or after that time in milliseconds. */
  heard(at_most_ms?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = at_most_ms === undefined ? undefined : setTimeout(() => this.ring(), at_most_ms);
      this.#waiter = () => {
        clearTimeout(timer);
        this.#waiter = undefined;
        resolve();
      };
    });
  }
}
