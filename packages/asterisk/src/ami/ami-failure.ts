// Why an AMI connection did not come about or ended, in kinds that decide about waiting and in words for people.

export type AmiFailure = {
  /**
   * `refused`: user or secret not accepted, waiting will not help until somebody changes something;
   * `shutting-down`: come back soon; the others: the network or the other end, come back with patience.
   */
  readonly kind: 'refused' | 'shutting-down' | 'unreachable' | 'not-ami' | 'lost' | 'silent' | 'stopped'
  readonly detail: string
}

/** The failure behind an error of the socket. */
export function socketFailure(error: NodeJS.ErrnoException, where: string): AmiFailure {
  return { kind: 'unreachable', detail: `${SOCKET_WORDS[error.code ?? ''] ?? error.message} (${where})` }
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
