// One call in a list: a row on a desk, two lines on a phone, and its legs unfolded below when asked for.

import type { CallDetail, CallRow, LegRow, Outcome } from '@tollbook/api/wire'
import { readCall } from '../../api/routes.ts'
import { clock } from '../../format/duration.ts'
import { currencySymbol, isNegative, subtractMoney } from '../../format/money.ts'
import { phone } from '../../format/phone.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { endingWord, pathWords } from '../../parts/ending.ts'
import { Dash, directionWord, Money, OutcomeMark } from '../../parts/figures.tsx'
import { Icon } from '../../parts/icon.tsx'
import { useLoad } from '../../state/load.ts'
import { linkTo, type View } from '../../state/view.ts'

export const CALL_COLUMNS = 13

export function CallLine(props: {
  view: View
  call: CallRow
  withDay: boolean
  open: boolean
  onToggle: () => void
  /** Legs cannot be unfolded here. */
  flat?: boolean
}) {
  const { view, call, open, onToggle } = props
  const m = messages()
  const href = linkTo(view, `/calls/${call.key}`)
  const onSpace = (event: KeyboardEvent) => {
    if (event.key !== ' ' || call.legs < 2 || props.flat) return
    event.preventDefault()
    onToggle()
  }
  return (
    <>
      <tr class={open ? 'sel' : undefined}>
        <td class="x tog">
          {call.legs > 1 && !props.flat && (
            <button
              type="button"
              class={open ? 'turn' : undefined}
              aria-expanded={open}
              aria-label={m.calls.showLegs(call.legs)}
              onClick={onToggle}
            >
              <Icon name="chevron-right" />
            </button>
          )}
        </td>
        <td class="nw x">
          <a href={href} data-row onKeyDown={onSpace}>
            <StartTime view={view} call={call} withDay={props.withDay} />
          </a>
        </td>
        <td class="x muted spare2">{directionWord(call.direction)}</td>
        <td class="x cut">
          <Party main={phone(call.from)} sub={call.fromName === call.from ? '' : call.fromName} />
        </td>
        <td class="x cut">
          <Party main={phone(call.to)} sub={call.destination?.name ?? ''} />
        </td>
        <Narrow view={view} call={call} href={href} onSpace={onSpace} />
        <td class="x">
          <OutcomeMark outcome={call.outcome}>{endingWord(call)}</OutcomeMark>
          <Marks call={call} />
          {isLoss(call) && <span class="sub warn">{m.calls.soldBelow}</span>}
        </td>
        <td class="n x roomy">{waited(call) > 0 ? clock(waited(call)) : <Dash />}</td>
        <td class="n x">{call.talkSeconds > 0 ? clock(call.talkSeconds) : <Dash />}</td>
        <td class="x cut spare">{call.account ? call.account.name || call.account.code : <Dash />}</td>
        <td class="x muted cut roomy">{call.trunk?.name ?? '–'}</td>
        <td class="n x roomy">{call.legs}</td>
        <td class="n x">
          <Charge view={view} call={call} />
        </td>
        <td class="n x spare">
          {call.revenue !== null && call.cost !== null ? (
            <Money amount={subtractMoney(call.revenue, call.cost)} places="stored" />
          ) : (
            <Dash {...(call.revenue !== null ? { why: m.word.noBuyDeck } : {})} />
          )}
        </td>
      </tr>
      {open && <Legs view={view} callKey={call.key} />}
    </>
  )
}

/** The two lines of a phone: number and time on the left, length, outcome and money on the right. */
function Narrow(props: { view: View; call: CallRow; href: string; onSpace: (event: KeyboardEvent) => void }) {
  const { view, call } = props
  const inbound = call.direction === 'inbound'
  const far = phone(inbound ? call.from : call.to)
  const near = inbound
    ? `→ ${phone(call.to)}`
    : [`${phone(call.from)} ${call.fromName}`.trim(), call.destination?.name].filter(Boolean).join(' · ')
  return (
    <>
      <td class="narrow">
        <a href={props.href} data-row onKeyDown={props.onSpace}>
          <span class="hint">
            {when('day', view.zone, call.startedAt)} {when('time', view.zone, call.startedAt)} ·{' '}
            {directionWord(call.direction)}
          </span>
          <span class="b line">{far}</span>
          <span class="sub">{near}</span>
        </a>
      </td>
      <td class="narrow r">
        <span class="b line">{call.talkSeconds > 0 ? clock(call.talkSeconds) : '–'}</span>
        <OutcomeMark outcome={call.outcome}>{endingWord(call)}</OutcomeMark>
        <Marks call={call} />
        {(call.revenue !== null || call.unrated) && (
          <span class="hint line">
            <Charge view={view} call={call} withSymbol />
          </span>
        )}
      </td>
    </>
  )
}

/** What lay on its way; and that it is not over, or not all of it is here yet. */
function Marks({ call }: { call: CallRow }) {
  const m = messages()
  const words = [...pathWords(call), ...(isProvisional(call) ? [m.calls.provisional] : [])]
  return words.length > 0 ? <span class="sub">{words.join(' · ')}</span> : null
}

/** Rows of a call come within minutes of its end, also where Asterisk writes them in batches. */
const ROWS_COME_WITHIN_MS = 15 * 60_000

function isProvisional(call: CallRow): boolean {
  return !call.final && Date.now() - Date.parse(call.endedAt) < ROWS_COME_WITHIN_MS
}

function StartTime({ view, call, withDay }: { view: View; call: CallRow; withDay: boolean }) {
  const time = when('time', view.zone, call.startedAt)
  return (
    <>
      {time}
      {withDay && <span class="sub">{when('day', view.zone, call.startedAt)}</span>}
    </>
  )
}

/** A column has its width; what does not fit is cut, and whole on hover. */
function Party({ main, sub }: { main: string; sub: string }) {
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

/** What it was charged: an amount, the tag "no rate", or "free" by rule. Never 0.00 for what is not known. */
function Charge({ view, call, withSymbol }: { view: View; call: CallRow; withSymbol?: boolean }) {
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

function Legs({ view, callKey }: { view: View; callKey: string }) {
  const { data, error } = useLoad<CallDetail>(`legs/${callKey}`, (signal) =>
    readCall(view.tenant.slug, callKey, signal),
  )
  const m = messages()
  if (!data) {
    return (
      <tr class="leg">
        <td class="x" colSpan={CALL_COLUMNS}>
          {error ? m.fault.unread(m.call.reading) : m.fault.loading}
        </td>
      </tr>
    )
  }
  return (
    <>
      {data.legs.map((leg, i) => (
        <tr class="leg">
          <td class="x" />
          <td class="x muted nw">{when('time', view.zone, leg.startedAt)}</td>
          <td class="x muted nw">{m.calls.leg(i + 1)}</td>
          <td class="x mono" colSpan={2}>
            {leg.dstchannel || leg.channel}
          </td>
          <td class="x" colSpan={2}>
            <OutcomeMark outcome={outcomeOfLeg(leg)}>{leg.disposition}</OutcomeMark>
          </td>
          <td class="n x">{leg.billsec > 0 ? clock(leg.billsec) : '–'}</td>
          <td class="x mono cut" colSpan={5}>
            {leg.lastapp}
          </td>
        </tr>
      ))}
    </>
  )
}

/** Seconds from the start to the answer; of an unanswered call, to its end. */
function waited(call: CallRow): number {
  const until = call.answeredAt ?? call.endedAt
  return Math.round((Date.parse(until) - Date.parse(call.startedAt)) / 1000)
}

function isLoss(call: CallRow): boolean {
  return call.revenue !== null && call.cost !== null && isNegative(subtractMoney(call.revenue, call.cost))
}

function outcomeOfLeg(leg: LegRow): Outcome {
  if (leg.disposition === 'ANSWERED') return 'answered'
  if (leg.disposition === 'BUSY') return 'busy'
  if (leg.disposition === 'FAILED' || leg.disposition === 'CONGESTION') return 'failed'
  return 'no-answer'
}
