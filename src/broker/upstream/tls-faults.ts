import type { BrokerErrorCode } from '../errors.ts';

/** What OpenSSL and Node say of the upstream's certificate. */
const EXPIRED: ReadonlySet<string> = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);
const HOST: ReadonlySet<string> = new Set(['ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTNAME_MISMATCH']);
const UNTRUSTED =
  /^(SELF_SIGNED|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_|CERT_|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_EXCEEDED$)/;
/** An alert is the upstream's word on ours (RFC 8446, 6.2): there is none, or one that it does not take. */
const OURS = /_ALERT_(CERTIFICATE_|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/;
const TLS = /^(ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO$)/;

/** What a system's error code says about TLS; undefined: it is about something else. */
export function tlsCode(code: string): BrokerErrorCode | undefined {
  if (EXPIRED.has(code)) return 'UPSTREAM_CERTIFICATE_EXPIRED';
  if (HOST.has(code)) return 'UPSTREAM_CERTIFICATE_HOST';
  if (UNTRUSTED.test(code)) return 'UPSTREAM_CERTIFICATE_UNTRUSTED';
  if (OURS.test(code)) return 'UPSTREAM_CLIENT_CERTIFICATE';
  return TLS.test(code) ? 'UPSTREAM_TLS' : undefined;
}
