// Why an AMI connection did not come about or ended, in kinds that decide about waiting and in words for people.

/**
 * `refused`: user or secret not accepted, `untrusted`: its certificate is not; waiting will not help until somebody changes
 * something. `shutting-down`: come back soon. `too-long`: a list without an end. The others: the network or the other
 * end, come back with patience.
 */
export type AmiFailureKind =
  | ('refused' | 'untrusted' | 'shutting-down')
  | ('unreachable' | 'not-ami' | 'lost' | 'silent' | 'stopped' | 'too-long')

export type AmiFailure = { readonly kind: AmiFailureKind; readonly detail: string }

/** The failure behind an error of the socket, of TLS, or of a request. */
export function socketFailure(error: NodeJS.ErrnoException, where: string): AmiFailure {
  const code = error.code ?? ''
  const untrusted = CERTIFICATE_WORDS[code]
  if (untrusted !== undefined) return { kind: 'untrusted', detail: `${untrusted} (${where})` }
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') {
    return { kind: 'not-ami', detail: `it does not speak TLS there (${where})` }
  }
  if (code.startsWith('HPE_')) return { kind: 'not-ami', detail: `it does not speak HTTP there (${where})` }
  return { kind: 'unreachable', detail: `${SOCKET_WORDS[code] ?? error.message} (${where})` }
}

const SOCKET_WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the other end closed the connection',
  EPIPE: 'the other end closed the connection',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name cannot be looked up now',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'no answer in time',
  EACCES: 'this machine may not connect there',
}

const CERTIFICATE_WORDS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed: give it as CA to trust it',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that is not trusted here: give that as CA',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an authority that is not trusted here: give that as CA',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate comes from an authority that is not known here: give that as CA',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an authority that is not known here: give that as CA',
  CERT_SIGNATURE_FAILURE: 'its certificate does not bear the signature of the CA given',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  CERT_REVOKED: 'its certificate was revoked',
  CERT_UNTRUSTED: 'its certificate is not trusted here',
  CERT_REJECTED: 'its certificate is not trusted here',
  INVALID_CA: 'its certificate comes from an authority that may not give any',
  INVALID_PURPOSE: 'its certificate is not one for servers',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate bears another name: give that name, if it is the right one',
}

/** The failure a login answer stands for. Asterisk gives one text for every wrong login, on purpose. */
export function loginFailure(message: string, username: string): AmiFailure {
  if (/shutting down/i.test(message)) return { kind: 'shutting-down', detail: 'Asterisk is shutting down' }
  if (/authentication failed/i.test(message)) {
    return {
      kind: 'refused',
      detail: `Asterisk refuses user "${username}": wrong name or secret, or this address is not permitted (manager.conf)`,
    }
  }
  return { kind: 'refused', detail: `Asterisk refuses the login: ${message === '' ? 'no reason given' : message}` }
}
