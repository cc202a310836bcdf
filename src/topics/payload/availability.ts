/** What `status` and `availability` topics say; Home Assistant's defaults for `payload_available` and its opposite. */
export const ONLINE = 'online';
export const OFFLINE = 'offline';
