// What needs a person, each with its figure and one verb. Only what is there; a quiet range says so.

import type { ComponentChildren as Kids } from 'preact'
import { durationParts } from '../../format/duration.ts'
import { currencySymbol, moneyLine } from '../../format/money.ts'
import { count } from '../../format/number.ts'
import { messages } from '../../i18n/messages.ts'
import { Icon } from '../../parts/icon.tsx'
import { callsOf, linkTo, type View } from '../../state/view.ts'
import type { OverviewData } from './data.ts'
import { belowCost } from './words.tsx'

/** More than this many of a kind are a list, not a to-do. */
const MOST = 3

export function Todo({ view, data }: { view: View; data: OverviewData }) {
  const m = messages()
  const items = [...losses(view, data), ...traffic(view, data), ...records(view, data)]
  if (items.length > 0) {
    return (
      <ul class="todo" aria-label={m.overview.todo}>
        {items}
      </ul>
    )
  }
  return (
    <p class="todo-none">
      <span class="ok">
        <Icon name="circle-check" />
      </span>
      {m.overview.allWell}
    </p>
  )
}

function losses(view: View, data: OverviewData) {
  const m = messages()
  const symbol = currencySymbol(data.currency)
  return belowCost(data.destinations)
    .slice(0, MOST)
    .map((one) => (
      <Item
        icon="trending-down"
        bad
        href={callsOf(view, { destination: one.key })}
        amount={moneyLine(one.margin, symbol)}
        verb={m.overview.fixRate}
        to={linkTo(view, '/rates', { q: one.label })}
      >
        {m.overview.belowCost(one.label, m.word.calls(one.calls))}
      </Item>
    ))
}

function traffic(view: View, data: OverviewData) {
  const m = messages()
  const { fullTrunks, notReturned } = data.attention
  const full = fullTrunks.slice(0, MOST).map(({ id, name, seconds }) => {
    const parts = durationParts(seconds)
    const to = linkTo(view, '/trunks', { of: id ?? 'none' })
    return (
      <Item icon="network" href={to} verb={m.overview.look} to={to}>
        {m.overview.trunkFull(name, m.word.duration(parts.hours, parts.minutes, parts.seconds))}
      </Item>
    )
  })
  if (!notReturned) return full
  const to = linkTo(view, '/people', { ...view.filters, missed: 'unreturned' })
  return [
    ...full,
    <Item icon="phone-incoming" href={to} verb={m.overview.list} to={to}>
      {m.overview.notReturned(notReturned)}
    </Item>,
  ]
}

function records(view: View, data: OverviewData) {
  const m = messages()
  const { gaps, rejects, rejectsMore } = data.attention
  const { unrated } = data.now
  const items = []
  if (unrated > 0) {
    items.push(
      <Item
        icon="circle-alert"
        href={callsOf(view, { rated: 'unrated' })}
        verb={m.overview.look}
        to={linkTo(view, '/coverage')}
      >
        {m.overview.unrated(m.word.calls(unrated), '')}
      </Item>,
    )
  }
  if (gaps > 0) {
    const to = `${linkTo(view, '/health')}#gaps`
    items.push(
      <Item icon="heart-pulse" href={to} verb={m.overview.look} to={to}>
        {m.overview.gaps(gaps)}
      </Item>,
    )
  }
  if (rejects > 0) {
    const rows = m.word.rows(rejects)
    items.push(
      <Item icon="triangle-alert" href={null} verb={m.overview.look} to={`${linkTo(view, '/imports')}#rejects`}>
        {m.overview.rejects(rejectsMore ? `${count(rejects)}+ ${rows.replace(/^\S+\s*/, '')}` : rows)}
      </Item>,
    )
  }
  return items
}

type ItemProps = {
  icon: string
  bad?: boolean
  href: string | null
  amount?: string
  verb: string
  to: string
  children?: Kids
}

function Item({ icon, bad = false, href, amount, verb, to, children }: ItemProps) {
  return (
    <li>
      <span class={bad ? 'bad' : 'warn'}>
        <Icon name={icon} />
      </span>
      {href === null ? <span>{children}</span> : <a href={href}>{children}</a>}
      <span class={`amt${bad ? ' bad' : ''}`}>{amount}</span>
      <a class="link act" href={to}>
        {verb}
      </a>
    </li>
  )
}
