const OF_THIS_MACHINE = /^(?:localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * Whether a page may connect from a browser. Browsers let any page on the web open a WebSocket to this machine and say where
 * the page is from [RFC 6454]; where one comes in without a name, that is all there is to tell friend from foe.
 * Undefined is no browser.
 */
export function mayConnectFrom(origin: string | undefined, anonymous: boolean): boolean {
  if (origin === undefined || !anonymous) return true;
  return URL.canParse(origin) && OF_THIS_MACHINE.test(new URL(origin).hostname);
}
