// How the certificate of an Asterisk is checked. It always is: a connection that is not surely to the PBX has no use.

import { isIP } from 'node:net'
import { type ConnectionOptions, checkServerIdentity, getCACertificates } from 'node:tls'
import type { AmiTarget } from './ami-target.ts'

/** Options of a TLS connection to this target, also of an https request. */
export function tlsOptions(target: AmiTarget): ConnectionOptions {
  const name = target.serverName || target.host
  return {
    ca: target.caPem ? [target.caPem] : machineAuthorities(),
    // An address may not be sent as server name, but a certificate may be for one.
    ...(isIP(name) ? {} : { servername: name }),
    checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
  }
}

let authorities: string[] | undefined

/** Those that come with Node and those this machine's owner has added; read once, that takes some 50 ms. */
function machineAuthorities(): string[] {
  authorities ??= [...getCACertificates('default'), ...getCACertificates('system')]
  return authorities
}
