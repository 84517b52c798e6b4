// The sentence about the range and the list of what needs a person. Words come from the messages, figures from the data.

import { currencySymbol, isCostUnknown, isNegative, isRevenueUnknown, moneyLine, toMicros } from '../../format/money.ts'
import { change, count } from '../../format/number.ts'
import { spanText, when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { Icon } from '../../parts/icon.tsx'
import { daysIn } from '../../state/range.ts'
import { callsOf, linkTo, type View } from '../../state/view.ts'
import type { Destination, OverviewData } from './data.ts'

/** More than this many destinations below cost are a list, not a to-do. */
const MAX_BELOW_COST = 3

export function Sentence({ view, data }: { view: View; data: OverviewData }) {
  const m = messages()
  const words = m.overview.say
  const { now, before } = data
  const day = (ms: number) => when('day', view.zone, ms)
  const days = spanText(view.zone, view.span.fromMs, view.span.toMs)
  const span =
    daysIn(view.span) < 1.1 ? words.spanOn(days) : words.spanFrom(day(view.span.fromMs), day(view.span.toMs - 1), days)
  if (now.calls === 0) return <p class="say">{words.none(days)}</p>

  const moved = before && before.calls > 0 ? change(now.calls, before.calls) : null
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
        view.vs === 'none' ? '' : words.before[view.vs],
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

export function Todo({ view, data }: { view: View; data: OverviewData }) {
  const m = messages()
  const symbol = currencySymbol(data.currency)
  const losses = belowCost(data.destinations).slice(0, MAX_BELOW_COST)
  if (losses.length === 0 && data.now.unrated === 0 && data.rejects === 0 && !data.notReturned) {
    return (
      <p class="todo-none">
        <span class="ok">
          <Icon name="circle-check" />
        </span>
        {m.overview.allWell}
      </p>
    )
  }
  return (
    <ul class="todo" aria-label={m.overview.todo}>
      {losses.map((one) => (
        <li>
          <span class="bad">
            <Icon name="trending-down" />
          </span>
          <a href={callsOf(view, { destination: one.key })}>
            {m.overview.belowCost(one.label, m.word.calls(one.calls))}
          </a>
          <span class="amt bad">{moneyLine(one.margin, symbol)}</span>
          <a class="link act" href={linkTo(view, '/rates', { q: one.label })}>
            {m.overview.fixRate}
          </a>
        </li>
      ))}
      {!!data.notReturned && (
        <li>
          <span class="warn">
            <Icon name="phone-incoming" />
          </span>
          <a href={linkTo(view, '/people', { ...view.filters, missed: 'unreturned' })}>
            {m.overview.notReturned(data.notReturned)}
          </a>
          <span class="amt" />
          <a class="link act" href={linkTo(view, '/people', { ...view.filters, missed: 'unreturned' })}>
            {m.overview.list}
          </a>
        </li>
      )}
      {data.now.unrated > 0 && (
        <li>
          <span class="warn">
            <Icon name="circle-alert" />
          </span>
          <a href={callsOf(view, { rated: 'unrated' })}>{m.overview.unrated(m.word.calls(data.now.unrated), '')}</a>
          <span class="amt" />
          <a class="link act" href={linkTo(view, '/coverage')}>
            {m.overview.look}
          </a>
        </li>
      )}
      {data.rejects > 0 && (
        <li>
          <span class="warn">
            <Icon name="triangle-alert" />
          </span>
          <span>
            {m.overview.rejects(
              data.rejectsMore
                ? `${count(data.rejects)}+ ${m.word.rows(data.rejects).replace(/^\S+\s*/, '')}`
                : m.word.rows(data.rejects),
            )}
          </span>
          <span class="amt" />
          <a class="link act" href={`${linkTo(view, '/imports')}#rejects`}>
            {m.overview.look}
          </a>
        </li>
      )}
    </ul>
  )
}

/** Destinations whose margin is below zero, the worst first. */
export function belowCost(destinations: readonly Destination[]): Destination[] {
  return destinations
    .filter((one) => one.key !== 'other' && one.key !== 'none' && isNegative(one.margin) && !isRevenueUnknown(one))
    .sort((a, b) => (toMicros(a.margin) < toMicros(b.margin) ? -1 : 1))
}
