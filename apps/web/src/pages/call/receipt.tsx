// "Why 0.37?": what a call was charged and bought for, each with its steps; or why there is no charge.

import type { CallDetail, ChargeInfo, UnratedReason } from '@tollbook/api/wire'
import { releaseCall } from '../../api/routes.ts'
import { currencySymbol, moneyLine, moneyShare, subtractMoney } from '../../format/money.ts'
import { count } from '../../format/number.ts'
import { wallInput } from '../../format/wall-time.ts'
import { messages } from '../../i18n/messages.ts'
import { Money } from '../../parts/figures.tsx'
import { useDeed } from '../../parts/form.tsx'
import { Button, Fault, Section } from '../../parts/frame.tsx'
import { Trace } from '../../parts/trace.tsx'
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
    <Section
      title={m.call.why(moneyLine(amount, symbol, 'stored'))}
      tools={
        <a class="link" href={simulated(view, detail)}>
          {m.call.simulate}
        </a>
      }
    >
      {live.map((charge) => (
        <>
          <PartOf detail={detail} charge={charge} />
          <Steps view={view} charge={charge} />
        </>
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
            <Margin sold={live.find((one) => one.line === buy.line)?.amount} buy={buy} symbol={symbol} />
          </summary>
          <PartOf detail={detail} charge={buy} />
          <Steps view={view} charge={buy} />
        </details>
      ))}
    </Section>
  )
}

/** Which part of the call a charge is for, where it has several. */
function PartOf({ detail, charge }: { detail: CallDetail; charge: ChargeInfo }) {
  const m = messages()
  if (detail.segments.length === 0) return null
  const segment = detail.segments.find((one) => one.line === charge.line)
  return <p class="hint under">{m.call.part(charge.line, segment?.to ?? detail.call.to)}</p>
}

/** Of the part that was bought; a part that was not sold has none. */
function Margin({ sold, buy, symbol }: { sold: string | undefined; buy: ChargeInfo; symbol: string }) {
  const m = messages()
  if (sold === undefined) return null
  const left = subtractMoney(sold, buy.amount)
  return m.call.margin(<Money amount={left} symbol={symbol} places="stored" />, shareText(left, sold))
}

function Steps({ view, charge }: { view: View; charge: ChargeInfo }) {
  const m = messages()
  return (
    <Trace
      view={view}
      steps={charge.trace}
      symbol={currencySymbol(charge.currency)}
      deck={{ id: charge.deckId, name: charge.deck, version: charge.deckVersion }}
      total={{
        words: charge.side === 'sell' ? m.call.chargedTo(charge.party) : m.steps.total,
        amount: charge.amount,
      }}
    />
  )
}

/** The same question put to the simulator, with the rates of now. */
function simulated(view: View, { call }: CallDetail): string {
  return linkTo(view, '/simulator', {
    account: call.account?.code,
    number: call.to,
    at: wallInput(view.tenant.zone, Date.parse(call.answeredAt ?? call.startedAt)),
    talk: call.talkSeconds,
  })
}

/** Where one goes to change why a call has no charge. */
const REMEDY: Record<Exclude<UnratedReason, 'held'>, 'accounts' | 'rates' | 'plans' | 'settings'> = {
  'no-account': 'accounts',
  'no-deck': 'rates',
  'no-rate': 'rates',
  'not-a-number': 'settings',
  blocked: 'plans',
  expired: 'rates',
  ambiguous: 'rates',
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
  if (unrated === 'held') return <Held view={view} detail={detail} />
  return (
    <Section title={m.call.whyNone}>
      <div class="note warn stack tight">
        <p>
          <b class="b">{m.call.unratedTitle}.</b> {m.call.unratedHint[unrated]} {m.call.unratedAfter}
        </p>
        <span class="row">
          <a class="link" href={linkTo(view, `/${REMEDY[unrated]}`)}>
            {m.call.remedy[REMEDY[unrated]]}
          </a>
          <a class="link" href={simulated(view, detail)}>
            {m.call.simulate}
          </a>
        </span>
      </div>
    </Section>
  )
}

function Held({ view, detail }: { view: View; detail: CallDetail }) {
  const m = messages()
  const deed = useDeed()
  const release = () => deed.run(() => releaseCall(view.tenant.slug, detail.call.key))
  return (
    <Section title={m.call.whyNone}>
      <div class="note warn stack tight">
        <p>
          <b class="b">{m.call.unratedTitle}.</b> {m.call.unratedHint.held} {m.call.heldAfter}
        </p>
        {view.tenant.role === 'admin' && (
          <span class="row">
            <Button disabled={deed.busy || deed.done} onClick={release}>
              {m.call.release}
            </Button>
          </span>
        )}
        {deed.error && <Fault error={deed.error} what={m.call.release} done />}
      </div>
    </Section>
  )
}

function shareText(part: string, whole: string): string {
  const share = moneyShare(part, whole)
  return share === null ? '' : count(share, 1)
}
