/** How a bridge is known at its upstream, where the config does not say. */
export const bridgeClientId = (node: string, bridge: string): string => `pinbus-${node}-${bridge}`;

/** Whether a client is the bridge of another node, as far as its id can tell; the command line's own are none. */
export const isBridgeClientId = (client_id: string): boolean => /^pinbus-(?!cli-|doctor-)[a-z0-9_-]+-/.test(client_id);
