/** An acknowledgement that waits for its turn. */
interface Pending {
  readonly type: 'puback' | 'pubrec';
  readonly packetId: number;
  /** Undefined until the message is kept. */
  reason: number | undefined;
}

export type SendAck = (type: 'puback' | 'pubrec', packetId: number, reason: number) => void;

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
  expect(type: 'puback' | 'pubrec', packetId: number): (reason: number) => void {
    const pending: Pending = { type, packetId, reason: undefined };
    this.#pending.push(pending);
    return (reason) => {
      pending.reason = reason;
      this.#flush();
    };
  }

  /** For a message that needs no waiting. */
  now(type: 'puback' | 'pubrec', packetId: number, reason: number): void {
    if (this.#pending.length === 0) this.#send(type, packetId, reason);
    else this.expect(type, packetId)(reason);
  }

  #flush(): void {
    let ready = 0;
    for (const { type, packetId, reason } of this.#pending) {
      if (reason === undefined) break;
      this.#send(type, packetId, reason);
      ready++;
    }
    this.#pending.splice(0, ready);
  }
}
