// Which calls a command looks at: --from and --to, else from the beginning of last month.

import { DateTime } from 'luxon'
import { type Args, optional, UsageError } from './command.ts'
import { parseInstant } from './parse-instant.ts'

export type Span = { readonly fromMs: number; readonly toMs: number }

/** From --from to before --to, in the tenant's zone. Without --from from where `otherwise` begins; without both that. */
export function callsSpan(args: Args, zone: string, nowMs: number, otherwise: Span): Span {
  const [from, to] = [optional(args, 'from'), optional(args, 'to')]
  const fromMs = from === undefined ? otherwise.fromMs : parseInstant('from', from, zone)
  const end = from === undefined ? otherwise.toMs : nowMs
  const toMs = to === undefined ? end : parseInstant('to', to, zone)
  if (fromMs >= toMs) throw new UsageError('--from has to be before --to')
  return { fromMs, toMs }
}

/** The month before the one that is. */
export function lastMonth(nowMs: number, zone: string): Span {
  const month = DateTime.fromMillis(nowMs, { zone }).startOf('month')
  return { fromMs: month.minus({ months: 1 }).toMillis(), toMs: month.toMillis() }
}

/** From the beginning of last month until now. */
export function sinceLastMonth(nowMs: number, zone: string): Span {
  return { fromMs: lastMonth(nowMs, zone).fromMs, toMs: nowMs }
}
