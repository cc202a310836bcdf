/** An acknowledgement that waits for its turn. */
interface Pending {
  readonly type: 'puback' | 'pubrec';
  readonly packetId: number;
  /** Undefined until the message is kept. */
  verdict: { readonly reason: number; readonly why: string | undefined } | undefined;
}

/** Answers a PUBLISH; `why` is the reason in words. */
export type SendAck = (type: 'puback' | 'pubrec', packetId: number, reason: number, why?: string) => void;

/**
 * Sends PUBACKs and PUBRECs in the order of their PUBLISHes [MQTT-4.6.0-2, -3], each when its message is kept. As long as a
 * connection may have messages unacknowledged (its Receive Maximum), so long does this get.
 */
export class AckQueue {
  readonly #send: SendAck;
  readonly #pending: Pending[] = [];

  constructor(send: SendAck) {
    this.#send = send;
  }

  get length(): number {
    return this.#pending.length;
  }

  /** Returns what tells the reason code, once. */
  expect(type: 'puback' | 'pubrec', packetId: number): (reason: number, why?: string) => void {
    const pending: Pending = { type, packetId, verdict: undefined };
    this.#pending.push(pending);
    return (reason, why) => {
      pending.verdict = { reason, why };
      this.#flush();
    };
  }

  /** For a message that needs no waiting. */
  now(type: 'puback' | 'pubrec', packetId: number, reason: number, why?: string): void {
    if (this.#pending.length === 0) this.#send(type, packetId, reason, why);
    else this.expect(type, packetId)(reason, why);
  }

  #flush(): void {
    let ready = 0;
    for (const { type, packetId, verdict } of this.#pending) {
      if (verdict === undefined) break;
      this.#send(type, packetId, verdict.reason, verdict.why);
      ready++;
    }
    this.#pending.splice(0, ready);
  }
}
