// "Why 0.37?": the steps of a charge as a till receipt. Arithmetic comes from the api's trace; this only finds the words.

import type { CallDetail, ChargeInfo, TraceStep } from '@tollbook/api/wire'
import type { ComponentChildren as Kids } from 'preact'
import { currencySymbol, moneyLine, moneyShare, subtractMoney } from '../../format/money.ts'
import { count } from '../../format/number.ts'
import { phone } from '../../format/phone.ts'
import { messages } from '../../i18n/messages.ts'
import { Money } from '../../parts/figures.tsx'
import { Section } from '../../parts/frame.tsx'
import { linkTo, type View } from '../../state/view.ts'

export function Receipt({ view, detail }: { view: View; detail: CallDetail }) {
  const m = messages()
  const sells = detail.charges.filter((one) => one.side === 'sell')
  const buys = detail.charges.filter((one) => one.side === 'buy' && !one.reversed)
  const live = sells.filter((one) => !one.reversed)
  if (live.length === 0) return <NoCharge view={view} detail={detail} />
  const symbol = currencySymbol(detail.call.currency)
  const amount = detail.call.revenue ?? live[0]?.amount ?? '0'
  return (
    <Section title={m.call.why(moneyLine(amount, symbol, 'stored'))}>
      {live.map((charge) => (
        <Steps view={view} charge={charge} />
      ))}
      {sells
        .filter((one) => one.reversed)
        .map((one) => (
          <p class="hint under">
            <s>
              <Money amount={one.amount} symbol={symbol} places="stored" />
            </s>{' '}
            {one.deck} {one.deckVersion}, {m.call.reversed}
          </p>
        ))}
      {buys.map((buy) => (
        <details class="buying">
          <summary>
            {m.call.bought(buy.party, <Money amount={buy.amount} symbol={symbol} places="stored" />)}
            {m.call.margin(
              <Money amount={subtractMoney(amount, buy.amount)} symbol={symbol} places="stored" />,
              shareText(subtractMoney(amount, buy.amount), amount),
            )}
          </summary>
          <Steps view={view} charge={buy} />
        </details>
      ))}
    </Section>
  )
}

function Steps({ view, charge }: { view: View; charge: ChargeInfo }) {
  const m = messages()
  const symbol = currencySymbol(charge.currency)
  const lines = charge.trace.filter((step) => step.kind !== 'total' && !changesNothing(step))
  return (
    <table class="why">
      <tbody>
        {lines.map((step, i) => (
          <tr>
            <td>{i + 1}</td>
            <td>
              <StepText view={view} charge={charge} step={step} />
            </td>
            <td>{stepFigure(step, symbol, m.call.perMinute, m.word.seconds, lines)}</td>
          </tr>
        ))}
        <tr class="res">
          <td />
          <td>{charge.side === 'sell' ? m.call.chargedTo(charge.party) : m.call.steps.total}</td>
          <td>
            <Money amount={charge.amount} symbol={symbol} places="stored" />
          </td>
        </tr>
      </tbody>
    </table>
  )
}

/** Rounding an amount that had no more places anyway is no step worth reading. */
function changesNothing(step: TraceStep): boolean {
  const exact = step.values.exact
  if (step.kind !== 'rounding' || !exact || step.amount === null) return false
  const digits = (text: string) => text.replace(/0+$/, '').replace(/\.$/, '')
  return digits(exact) === digits(step.amount)
}

function StepText({ view, charge, step }: { view: View; charge: ChargeInfo; step: TraceStep }): Kids {
  const words = messages().call.steps
  const v = (name: string) => step.values[name] ?? ''
  switch (step.kind) {
    case 'number':
      return words.number(
        <code class="nw">{phone(v('dialled'))}</code>,
        <b class="b nw">{phone(`+${v('read').replace(/^\+/, '')}`)}</b>,
      )
    case 'match':
      return (
        <>
          {words.match(<Prefixes all={v('candidates')} hit={v('prefix')} />, v('destination'))}{' '}
          <a class="link hint" href={linkTo(view, '/rates', { deck: charge.deckId, q: v('prefix') })}>
            {words.matchDeck(v('deck') || charge.deck, v('version') || String(charge.deckVersion))}
          </a>
        </>
      )
    case 'seconds': {
      const first = v('firstBlock')
      const blocks = Math.max(0, Number(v('blocks')) - (Number(first) > 0 ? 1 : 0))
      return blocks === 0 && Number(first) > 0
        ? words.secondsFirst(v('talked'), first)
        : words.seconds(v('talked'), first, String(blocks), v('increment'))
    }
    case 'price':
      return words.price(v('billed'), v('pricePerMinute'))
    case 'connect-fee':
      return words.connectFee
    case 'rounding':
      return words.rounding(
        words.modes[v('rule') as keyof typeof words.modes] ?? v('rule'),
        v('places'),
        /^-?\d/.test(v('exact')) ? <Money amount={v('exact')} places="stored" /> : v('exact'),
      )
    case 'total':
      return words.total
  }
}

/** Every prefix that would have fitted, the one that counted marked. */
function Prefixes({ all, hit }: { all: string; hit: string }) {
  const m = messages()
  const shown = all === '' ? [hit || '*'] : all.split(/[\s,]+/)
  return (
    <>
      {shown.map((one, i) => (
        <>
          {i > 0 && ' · '}
          <code class={one === (hit || '*') ? 'hit' : undefined}>{one === '*' ? m.rates.defaultRate : one}</code>
        </>
      ))}
    </>
  )
}

/** What stands at the right of a line: a price, seconds, an amount, or what rounding changed. */
function stepFigure(
  step: TraceStep,
  symbol: string,
  perMinute: string,
  seconds: string,
  all: readonly TraceStep[],
): Kids {
  if (step.kind === 'match')
    return step.values.pricePerMinute ? `${symbol}${step.values.pricePerMinute}${perMinute}` : ''
  if (step.kind === 'seconds') return step.values.billed ? `${step.values.billed} ${seconds}` : ''
  if (step.kind === 'rounding') {
    const exact = step.values.exact
    if (!exact || step.amount === null) return ''
    const moved = subtractMoney(step.amount, exact)
    return <Money amount={moved} places="stored" />
  }
  return step.amount === null || all.length === 0 ? '' : <Money amount={step.amount} places="stored" />
}

function NoCharge({ view, detail }: { view: View; detail: CallDetail }) {
  const m = messages()
  const { unrated } = detail.call
  if (unrated === null) {
    return (
      <Section title={m.call.whyNone}>
        <p>
          <b class="b">{m.call.freeTitle}.</b> {m.call.freeHint}
        </p>
      </Section>
    )
  }
  return (
    <Section title={m.call.whyNone}>
      <div class="note warn">
        <b class="b">{m.call.unratedTitle}.</b> {m.call.unratedHint[unrated]} {m.call.unratedAfter}{' '}
        <a class="link" href={linkTo(view, '/rates')}>
          {m.call.toRates}
        </a>
      </div>
    </Section>
  )
}

function shareText(part: string, whole: string): string {
  const share = moneyShare(part, whole)
  return share === null ? '' : count(share, 1)
}
