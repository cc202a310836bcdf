/** Lets everything happen that needs no time to pass: edges in flight, promises, immediates. */
export async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
