/** Where and as whom the command line connects. */
export interface ClientOptions {
  /** mqtt: or mqtts:, with no credentials in it. */
  readonly url: string;
  readonly client_id: string;
  readonly username?: string;
  readonly password?: string;
  /** PEM of the authority that signed the broker's certificate. */
  readonly ca?: Buffer;
  readonly version: '5' | '3.1.1';
}
