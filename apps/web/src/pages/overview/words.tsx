// The sentence about the range. Words come from the messages, figures from the data.

import { currencySymbol, isCostUnknown, isNegative, isRevenueUnknown, moneyLine, toMicros } from '../../format/money.ts'
import { change, count } from '../../format/number.ts'
import { spanText, when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { daysIn } from '../../state/range.ts'
import { callsOf, type View } from '../../state/view.ts'
import type { Destination, OverviewData } from './data.ts'

export function Sentence({ view, data }: { view: View; data: OverviewData }) {
  const m = messages()
  const words = m.overview.say
  const { now, before } = data
  const day = (ms: number) => when('day', view.zone, ms)
  const days = spanText(view.zone, view.span.fromMs, view.span.toMs)
  const span =
    daysIn(view.span) < 1.1 ? words.spanOn(days) : words.spanFrom(day(view.span.fromMs), day(view.span.toMs - 1), days)
  if (now.calls === 0) return <p class="say">{words.none(days)}</p>

  // One whole day is told against a usual one; the morning's share of today is not.
  const usual = daysIn(view.span) < 1.1 && view.span.toMs <= Date.now() ? data.usualCalls : null
  const against = usual ?? before?.calls ?? 0
  const moved = against > 0 ? change(now.calls, against) : null
  const movedText =
    moved === null
      ? null
      : Math.abs(moved) < 0.5
        ? words.same
        : moved > 0
          ? words.more(count(moved))
          : words.fewer(count(-moved))
  const symbol = currencySymbol(data.currency)
  const missed = data.outcomes['no-answer'].now
  const worst = belowCost(data.destinations)[0]
  const lost = isNegative(now.margin)
  const marginText = moneyLine(lost ? now.margin.replace('-', '') : now.margin, symbol)
  const worstLink = worst && (
    <a href={callsOf(view, { destination: worst.key })}>
      <b>{worst.label}</b>
    </a>
  )
  const marginLink = (
    <a href={callsOf(view)}>
      <b>{marginText}</b>
    </a>
  )
  return (
    <p class="say">
      {words.calls(
        span,
        <a href={callsOf(view)}>
          <b>{m.word.calls(now.calls)}</b>
        </a>,
        movedText,
        usual !== null
          ? words.usualDay(when('weekdayLong', view.zone, view.span.fromMs))
          : view.vs === 'none'
            ? ''
            : words.before[view.vs],
      )}
      {missed > 0 &&
        words.unanswered(
          <a href={callsOf(view, { outcome: 'no-answer' })}>
            <b>{count(missed)}</b>
          </a>,
        )}
      {isRevenueUnknown(now) || (toMicros(now.revenue) === 0n && toMicros(now.cost) === 0n)
        ? null
        : isCostUnknown(now)
          ? words.charged(
              <a href={callsOf(view)}>
                <b>{moneyLine(now.revenue, symbol)}</b>
              </a>,
            )
          : lost
            ? words.lost(marginLink, worstLink)
            : words.earned(marginLink, worstLink && words.belowCost(worstLink))}
    </p>
  )
}

/** Destinations whose margin is below zero, the worst first. */
export function belowCost(destinations: readonly Destination[]): Destination[] {
  return destinations
    .filter((one) => one.key !== 'other' && one.key !== 'none' && isNegative(one.margin) && !isRevenueUnknown(one))
    .sort((a, b) => (toMicros(a.margin) < toMicros(b.margin) ? -1 : 1))
}
