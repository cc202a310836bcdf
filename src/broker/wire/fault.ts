import type { Reason } from './reason.ts';

/** What a client did against the protocol. It ends the connection; `reason` is what an MQTT 5 client is told first. */
export class ProtocolFault extends Error {
  /** Undefined: nobody is told anything. */
  readonly reason: Reason | undefined;

  constructor(reason: Reason | undefined, message: string) {
    super(message);
    this.name = 'ProtocolFault';
    this.reason = reason;
  }
}
