import type { DigitalOutput, DigitalOutputs, Level, LineId, OutputSettings, OutputsSettings } from './ports.ts';

/** Several outputs through an interface that has calls for a single line alone. */
class OutputsInTurn implements DigitalOutputs {
  readonly #outputs: readonly DigitalOutput[];

  constructor(outputs: readonly DigitalOutput[]) {
    this.#outputs = outputs;
  }

  async write(levels: readonly Level[]): Promise<void> {
    const orders = this.#outputs.map((output, index) => ({ output, level: levels[index] === true }));
    for (const { output, level } of inactiveFirst(orders)) await output.write(level);
  }

  read(): Promise<readonly Level[]> {
    return Promise.all(this.#outputs.map((output) => output.read()));
  }

  async close(): Promise<void> {
    for (const output of this.#outputs) await output.close();
  }
}

/** All of them, or none: what is open already is closed when the next one fails. */
export async function openInTurn(
  open: (settings: OutputSettings) => Promise<DigitalOutput>,
  { lines, initial, ...settings }: OutputsSettings,
): Promise<DigitalOutputs> {
  const orders = lines.map((line, index) => ({ line, level: initial[index] === true }));
  const opened = new Map<LineId, DigitalOutput>();
  try {
    for (const { line, level } of inactiveFirst(orders)) {
      opened.set(line, await open({ ...settings, line, initial: level }));
    }
  } catch (error) {
    for (const output of opened.values()) await output.close();
    throw error;
  }
  return new OutputsInTurn(lines.flatMap((line) => opened.get(line) ?? []));
}

/** The order in which outputs are driven when several change. */
export const inactiveFirst = <T extends { readonly level: Level }>(orders: readonly T[]): readonly T[] =>
  orders.toSorted((a, b) => Number(a.level) - Number(b.level));
