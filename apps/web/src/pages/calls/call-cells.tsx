// Cells of a call that need more than a value: when it began, a party with its name, what lay on the way, the charge.

import type { CallRow } from '@tollbook/api/wire'
import { currencySymbol } from '../../format/money.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { pathWords } from '../../parts/ending.ts'
import { Money } from '../../parts/figures.tsx'
import { linkTo, type View } from '../../state/view.ts'

export function CallStart({ view, call, withDay }: { view: View; call: CallRow; withDay: boolean }) {
  const time = when('time', view.zone, call.startedAt)
  return (
    <>
      {time}
      {withDay && <span class="sub">{when('day', view.zone, call.startedAt)}</span>}
    </>
  )
}

/** A column has its width; what does not fit is cut, and whole on hover. */
export function CallParty({ main, sub }: { main: string; sub: string }) {
  return (
    <>
      <span class="nw" title={main}>
        {main || '–'}
      </span>
      {sub && (
        <span class="sub" title={sub}>
          {sub}
        </span>
      )}
    </>
  )
}

/** What lay on its way; that it is not over, or not all of it is here yet; and what is wrong with it. In one line. */
export function CallMarks({ call, warn }: { call: CallRow; warn?: string }) {
  const m = messages()
  const words = [...pathWords(call), ...(isProvisional(call) ? [m.calls.provisional] : [])]
  if (words.length === 0 && warn === undefined) return null
  return (
    <span class="sub" title={[warn, ...words].filter(Boolean).join(' · ')}>
      {warn && <span class="warn">{warn}</span>}
      {warn && words.length > 0 && ' · '}
      {words.join(' · ')}
    </span>
  )
}

/** Rows of a call come within minutes of its end, also where Asterisk writes them in batches. */
const ROWS_COME_WITHIN_MS = 15 * 60_000

function isProvisional(call: CallRow): boolean {
  return !call.final && Date.now() - Date.parse(call.endedAt) < ROWS_COME_WITHIN_MS
}

/** What it was charged: an amount, the tag "no rate", or "free" by rule. Never 0.00 for what is not known. */
export function CallCharge({ view, call, withSymbol }: { view: View; call: CallRow; withSymbol?: boolean }) {
  const m = messages()
  if (call.unrated !== null) {
    return (
      <a class="tag warn" href={linkTo(view, call.unrated === 'no-account' ? '/accounts' : '/rates')}>
        {m.word.unrated[call.unrated]}
      </a>
    )
  }
  if (call.revenue === null) return <span class="frac">{call.talkSeconds > 0 ? m.word.free : '–'}</span>
  return (
    <Money amount={call.revenue} places="stored" {...(withSymbol ? { symbol: currencySymbol(call.currency) } : {})} />
  )
}
