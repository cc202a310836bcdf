/** What one connection carried. Times are monotonic milliseconds. */
export class Traffic {
  /** Messages that the client published. */
  messages_in = 0;
  /** Messages that it was sent. */
  messages_out = 0;
  /** When its last packet came. */
  heard_ms = performance.now();
  /** When its last message came, or when it connected. */
  published_ms = this.heard_ms;
}
