const NANOSECONDS_PER_MS = 1_000_000;

/** When `performance.now()` was 0, in nanoseconds of CLOCK_MONOTONIC, which both count. */
const PROCESS_START_NS = measure();

/** Two clocks cannot be read at once, and the process may be put aside in between: the closest of a few readings is taken. */
function measure(): bigint {
  const readings = Array.from({ length: 8 }, () => {
    const before_ms = performance.now();
    const monotonic_ns = process.hrtime.bigint();
    const width_ms = performance.now() - before_ms;
    const start_ns = monotonic_ns - BigInt(Math.round((before_ms + width_ms / 2) * NANOSECONDS_PER_MS));
    return { width_ms, start_ns };
  });
  return readings.reduce((best, each) => (each.width_ms < best.width_ms ? each : best)).start_ns;
}

/** A time that the kernel noted by CLOCK_MONOTONIC, in milliseconds of `performance.now()`. */
export const processTime = (monotonic_ns: bigint): number =>
  Number(monotonic_ns - PROCESS_START_NS) / NANOSECONDS_PER_MS;
