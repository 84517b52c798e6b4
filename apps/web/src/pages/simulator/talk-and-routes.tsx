// Beside the answer: how long a balance lasts by the same prices, and which trunk would carry the call at which margin.

import type { RouteOffer, Simulation } from '@tollbook/api/wire-tariffs'
import { useState } from 'preact/hooks'
import { currencySymbol, isNegative, moneyLine } from '../../format/money.ts'
import { count } from '../../format/number.ts'
import { messages } from '../../i18n/messages.ts'
import { Dash, Money } from '../../parts/figures.tsx'
import { Section } from '../../parts/frame.tsx'
import { TableBox } from '../../parts/table.tsx'
import { linkHere, type View } from '../../state/view.ts'
import { priceText } from '../rates/rate-words.ts'
import { creditOf, USUAL_CREDIT } from './question.ts'

/** The api's "longer than any call": nothing is ever charged. */
const FOREVER_S = 86_400 * 7

export function HowLong({ view, answer }: { view: View; answer: Simulation }) {
  const m = messages()
  const [credit, setCredit] = useState(view.query.credit ?? USUAL_CREDIT)
  const [wrong, setWrong] = useState(false)
  const symbol = currencySymbol(answer.currency)
  const submit = (event: Event) => {
    event.preventDefault()
    if (creditOf(credit) === undefined) return setWrong(true)
    setWrong(false)
    view.go(linkHere(view, { credit: credit.trim() }), true)
  }
  return (
    <Section title={m.simulator.howLong}>
      <form class="credit" onSubmit={submit}>
        <input
          class="inp"
          aria-label={m.simulator.credit}
          value={credit}
          inputMode="decimal"
          onInput={(event) => setCredit(event.currentTarget.value)}
          onChange={submit}
        />
        <span class="muted">{m.simulator.onAccount(symbol.trim())}</span>
      </form>
      {wrong && (
        <p class="bad" role="alert">
          {m.simulator.badCredit}
        </p>
      )}
      {answer.talk && <Talk talk={answer.talk} symbol={symbol} />}
    </Section>
  )
}

function Talk({ talk, symbol }: { talk: NonNullable<Simulation['talk']>; symbol: string }) {
  const m = messages()
  const { seconds } = talk
  if (talk.next === null && seconds >= FOREVER_S) {
    return (
      <>
        <p class="impact small">{m.simulator.forever}</p>
        <p class="hint">{m.simulator.foreverHint}</p>
      </>
    )
  }
  return (
    <>
      <p class="impact small">{timeWords(seconds)}</p>
      <p class="hint">
        {seconds === 0
          ? m.simulator.talkNone
          : m.simulator.talkHint(
              count(seconds),
              moneyLine(talk.costs, symbol, 'exact'),
              talk.next === null ? null : moneyLine(talk.next, symbol, 'exact'),
            )}
      </p>
    </>
  )
}

/** To the second, also over an hour: what is prepaid is cut there. */
export function timeWords(seconds: number): string {
  const m = messages()
  const rest = seconds % 60
  const words = m.word.duration(Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), rest)
  return seconds >= 3600 && rest > 0 ? `${words} ${rest} ${m.word.seconds}` : words
}

export function Routes({ answer }: { answer: Simulation }) {
  const m = messages()
  const { routes } = answer
  return (
    <Section title={m.simulator.routes}>
      {routes.length === 0 ? (
        <p class="muted">
          {m.simulator.noRoutes}. {m.simulator.noRoutesHint}
        </p>
      ) : (
        <TableBox label={m.simulator.routes}>
          <table class="t">
            <thead>
              <tr>
                <th>{m.simulator.trunk}</th>
                <th class="n">
                  {m.simulator.buy} <span class="u">{m.rates.perMin}</span>
                </th>
                <th class="n">
                  {m.simulator.margin} <span class="u">{currencySymbol(answer.currency).trim()}</span>
                </th>
                <th class="n">%</th>
              </tr>
            </thead>
            <tbody>
              {routes.map((route, i) => (
                <Line route={route} first={i === 0 && route.outcome === 'priced'} currency={answer.currency} />
              ))}
            </tbody>
          </table>
        </TableBox>
      )}
    </Section>
  )
}

function Line({ route, first, currency }: { route: RouteOffer; first: boolean; currency: string }) {
  const m = messages()
  const below = route.margin !== null && isNegative(route.margin)
  const note =
    route.outcome !== 'priced'
      ? m.simulator.routeOutcome[route.outcome]
      : below
        ? m.simulator.belowCost
        : first
          ? m.simulator.wouldBeUsed
          : ''
  const symbol = route.currency === currency ? '' : currencySymbol(route.currency)
  return (
    <tr class={first ? 'sel' : undefined}>
      <td class="any">
        <b class={first ? 'b' : 'mid'}>{route.trunk}</b>
        <span class="sub">{[...new Set([route.carrier, route.deck])].filter(Boolean).join(' · ')}</span>
        {note && <span class={`sub ${below ? 'bad' : route.outcome === 'priced' ? '' : 'warn'}`}>{note}</span>}
      </td>
      <td class="n">{route.pricePerMinute === null ? <Dash /> : `${symbol}${priceText(route.pricePerMinute, 4)}`}</td>
      <td class="n">{route.margin === null ? <Dash /> : <Money amount={route.margin} places="stored" />}</td>
      <td class={`n ${below ? 'bad' : ''}`}>
        {route.marginPercent === null ? <Dash /> : route.marginPercent.replace('-', '−')}
      </td>
    </tr>
  )
}
