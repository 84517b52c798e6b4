// The question in the URL, as the api is asked for it. `at` is the wall clock of the tenant's zone, `talk` seconds or m:ss.

import { secondsOf, wallInstant } from '../../format/wall-time.ts'

/** What /simulate is asked. */
export type Question = {
  readonly account: string
  readonly number: string
  readonly at: string | null
  readonly seconds: number
  readonly credit: string | null
}

export const USUAL_TALK = '3:00'
export const USUAL_CREDIT = '5.00'

/** Undefined while there is no number to ask about. */
export function questionOf(query: Readonly<Record<string, string>>, zone: string): Question | undefined {
  const number = query.number?.trim() ?? ''
  if (number === '') return undefined
  const atMs = query.at ? wallInstant(zone, query.at) : undefined
  return {
    account: query.account ?? '',
    number,
    // Without a start the api takes its own present.
    at: atMs === undefined ? null : new Date(atMs).toISOString(),
    seconds: secondsOf(query.talk ?? USUAL_TALK) ?? 180,
    credit: creditOf(query.credit ?? USUAL_CREDIT) ?? null,
  }
}

/** "5", "5.00" and "5,00" as the wire writes it; undefined when it is no amount. */
export function creditOf(text: string): string | undefined {
  const match = /^(\d{1,9})(?:[.,](\d{1,6}))?$/.exec(text.trim())
  return match ? `${match[1]}.${match[2] ?? '00'}` : undefined
}
