import type { SpiPeer } from '../spi.ts';

/** What its ten bits count to. */
const FULL_SCALE = 1_024;

/** An MCP3008 whose inputs, 0 to 7, have these shares of the reference voltage, 0 to 1 [Microchip DS21295, figure 6-1]. */
export const simMcp3008 =
  (shareAt: (channel: number) => number): SpiPeer =>
  (sent) => {
    const answer = Buffer.alloc(sent.length);
    const channel = ((sent[1] ?? 0) >> 4) & 0b111;
    const count = Math.min(FULL_SCALE - 1, Math.max(0, Math.round(shareAt(channel) * FULL_SCALE)));
    if (answer.length >= 3) answer.writeUInt16BE(count, 1);
    return answer;
  };
