// Where the pages are reached from this machine.

import type { Config } from '@tollbook/runtime'

/** "http://127.0.0.1:8080": every interface is reached by loopback too; an IPv6 address wants brackets. */
export function pagesAddress(config: Config): string {
  const host = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host
  return `http://${host.includes(':') ? `[${host}]` : host}:${config.port}`
}

/** The address that uses a one-time link up. */
export function signinUrl(config: Config, token: string): string {
  return `${pagesAddress(config)}/signin?token=${token}`
}
