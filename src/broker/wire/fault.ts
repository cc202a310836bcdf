import type { Reason } from './reason.ts';

/** What a client did against the protocol. It ends the connection; `reason` is what an MQTT 5 client is told first. */
export class ProtocolFault extends Error {
  readonly reason: Reason;

  constructor(reason: Reason, message: string) {
    super(message);
    this.name = 'ProtocolFault';
    this.reason = reason;
  }
}
