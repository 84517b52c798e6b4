// Which Asterisk, by which way, as whom, and how patiently; and what an open session offers, whatever carries it.

import { assert, type Result } from '@tollbook/kernel'
import type { AmiFailure } from './ami-failure.ts'
import type { AmiMessage } from './ami-message.ts'
import type { AmiNotice } from './ami-notice.ts'

export type AmiTransport = 'tcp' | 'tls' | 'http' | 'https'

export type AmiTarget = {
  readonly host: string
  readonly port: number
  readonly username: string
  readonly secret: string
  /** Event classes asked for; ANDed with the user's `read=`. CEL comes in class `call`, queue events in `agent`. */
  readonly events: string
  /** Default `tcp`. Over http(s) events wait in Asterisk's session while the connection is away. */
  readonly transport?: AmiTransport
  /** `md5`: the secret is never sent; `plain`: it is; `auto` (the default): md5, plain only where Challenge is refused. */
  readonly auth?: 'auto' | 'md5' | 'plain'
  /** Certificate authorities to trust, PEM; '' or absent = those of this machine. */
  readonly caPem?: string
  /** The name the certificate must bear; '' or absent = the host. */
  readonly serverName?: string
  /** `prefix` of http.conf: `asterisk` or `/asterisk`; '' = none. */
  readonly httpPath?: string
}

/** Milliseconds; the defaults suit a PBX on any continent. */
export type AmiTiming = {
  /** For the connection and each step of the login; a wrong secret is answered after about one second. */
  readonly loginMs: number
  readonly actionMs: number
  /** So often a Ping is sent, which tells its clock too; after three times as much silence the connection counts as dead. */
  readonly pingMs: number
  /** Over http(s): so long after an answer the next events are fetched. */
  readonly pollMs: number
}

export const AMI_TIMING: AmiTiming = { loginMs: 10_000, actionMs: 10_000, pingMs: 15_000, pollMs: 250 }

/** Called as things come; must return quickly and not throw. */
export type AmiHandlers = {
  /** Everything heard from the login on, in batches: events, also answers to actions. */
  readonly onMessages: (messages: readonly AmiMessage[]) => void
  /** The login was accepted: comes before the first messages. */
  readonly onLogin?: () => void
  /** An answer to a Ping that was sent at `sentMs`. */
  readonly onPong?: (answer: AmiMessage, sentMs: number) => void
  readonly onNotice?: (notice: AmiNotice) => void
  /** A session that goes on although its connection is in trouble says so; '' = all is well again. */
  readonly onTrouble?: (detail: string) => void
}

export type AmiList = {
  /** May be `Response: Error`: then there are no items. */
  readonly response: AmiMessage
  readonly items: readonly AmiMessage[]
}

export type AmiSession = {
  /** AMI version of the banner, `11.0.0`; '' over HTTP, which has none. */
  readonly amiVersion: string
  /** `22.10.1` where the server says so unasked (HTTP does); else ''. */
  readonly asteriskVersion: string
  /** Sends an action and gives its response (also `Response: Error`: that is an answer). */
  action(name: string, headers?: Readonly<Record<string, string>>): Promise<Result<AmiMessage, AmiFailure>>
  /** Sends an action that answers with a list, and gives the items up to `EventList: Complete`. */
  list(name: string, headers?: Readonly<Record<string, string>>): Promise<Result<AmiList, AmiFailure>>
  /** Our time of the last bytes that came. */
  heardAtMs(): number
  /** Resolves when the session has ended, with the reason. */
  readonly ended: Promise<AmiFailure>
  /** Ends the session at once, for this reason; later ones are ignored. */
  fail(failure: AmiFailure): void
  /** Logs off and closes; waits two seconds at most. */
  close(): Promise<void>
}

/** A dial plan with 2,000 extensions has some 10,000 priorities; more than this is not asked for by anything here. */
export const MAX_LIST_ITEMS = 20_000

/** For people; never holds the secret. */
export function targetName(target: Pick<AmiTarget, 'host' | 'port' | 'transport'>): string {
  const { host, port, transport = 'tcp' } = target
  return `${transport === 'tcp' ? '' : `${transport}://`}${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** The lines of an action. A line break in a value would be an action of its own. */
export function actionHeaders(
  name: string,
  id: string,
  headers: Readonly<Record<string, string>>,
): readonly (readonly [key: string, value: string])[] {
  const all = Object.entries({ Action: name, ActionID: id, ...headers })
  for (const [key, value] of all) assert(!/[\r\n]/.test(key + value), `a line break in the AMI header ${key}`)
  return all
}
