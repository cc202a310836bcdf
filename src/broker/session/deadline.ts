/** The longest that a timer can be set for [Node.js, setTimeout]. */
const LONGEST_MS = 2 ** 31 - 1;

/** Calls back once after any number of seconds; returns what cancels it. Does not keep the process alive. */
export function afterSeconds(seconds: number, callback: () => void): () => void {
  const end_ms = performance.now() + seconds * 1000;
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    const left_ms = end_ms - performance.now();
    timer = setTimeout(() => (left_ms > LONGEST_MS ? arm() : callback()), Math.min(Math.max(left_ms, 0), LONGEST_MS));
    timer.unref();
  };
  arm();
  return () => clearTimeout(timer);
}
