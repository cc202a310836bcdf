/**
 * Runs something that takes the process's signals for itself, and gives them back to whoever listened. The C library pigpio
 * handles every signal with an end of the process [pigpio.c, sigHandler], so that no output would become safe first.
 */
export function keepSignals(work: () => void): void {
  const signals = process.eventNames().filter((name): name is NodeJS.Signals => String(name).startsWith('SIG'));
  const listeners = signals.map((signal) => [signal, process.rawListeners(signal)] as const);
  // libuv asks the kernel for a signal with its first listener, and not again.
  for (const [signal] of listeners) process.removeAllListeners(signal);
  try {
    work();
  } finally {
    for (const [signal, all] of listeners) {
      for (const listener of all) process.on(signal, listener as NodeJS.SignalsListener);
    }
  }
}
