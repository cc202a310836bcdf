/** Waits until `condition` gives something truthy, asks every 5 ms, and fails with `what` after `deadline_ms`. */
export async function until<T>(
  what: string,
  condition: () => T | undefined | null | false | Promise<T | undefined | null | false>,
  deadline_ms = 15_000,
): Promise<T> {
  const end = performance.now() + deadline_ms;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > end) throw new Error(`waited ${deadline_ms} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
