// The seven key figures: value, change, shape of the days; each opens its calls and explains itself on hover or focus.

import type { ComponentChildren as Kids } from 'preact'
import { useId } from 'preact/hooks'
import { clock } from '../../format/duration.ts'
import {
  currencySymbol,
  isCostUnknown,
  isRevenueUnknown,
  moneyHeight,
  moneyLine,
  moneyShare,
} from '../../format/money.ts'
import { change, count, percent } from '../../format/number.ts'
import { messages } from '../../i18n/messages.ts'
import { Scope } from '../../parts/figure-why.tsx'
import { Delta, Spark } from '../../parts/figures.tsx'
import { callsOf, linkTo, type View } from '../../state/view.ts'
import type { OverviewData, Sums } from './data.ts'

export function Figures({ view, data }: { view: View; data: OverviewData }) {
  const m = messages()
  const { now, before, sparks } = data
  const k = m.overview.kpi
  const tip = m.overview.tip
  const missed = data.outcomes['no-answer']
  const moved = (of: (sums: Sums) => number) => (before ? change(of(now), of(before)) : undefined)
  const seconds = Math.round(now.minutes * 60)
  const acd = now.answered === 0 ? 0 : seconds / now.answered
  const acdOf = (sums: Sums) => (sums.answered === 0 ? 0 : (sums.minutes * 60) / sums.answered)
  const asrOf = (sums: Sums) => (sums.calls === 0 ? 0 : (100 * sums.answered) / sums.calls)
  const missedByDay = data.grain === 'hour' ? perDay(data) : data.series['no-answer']
  return (
    <section class="kpis" aria-label={m.overview.figures}>
      <Figure
        view={view}
        label={k.calls}
        value={count(now.calls)}
        href={callsOf(view)}
        under={
          before && (
            <>
              <Delta by={moved((s) => s.calls) ?? null} /> {before.calls > 0 ? k.from(count(before.calls)) : k.newSince}
            </>
          )
        }
        spark={sparks.map((s) => s.calls)}
        tip={
          <>
            <span class="f">{tip.callsF(count(now.calls), count(now.legs))}</span>
            <span>{tip.calls}</span>
          </>
        }
      />
      <Figure
        view={view}
        label={k.asr}
        value={percent(now.answered, now.calls)}
        unit="%"
        href={callsOf(view, { outcome: 'answered' })}
        under={before && before.calls > 0 && <Delta by={asrOf(now) - asrOf(before)} unit="points" good="up" />}
        spark={sparks.map(asrOf)}
        tip={
          <>
            <b class="b">{tip.asrTitle}</b>
            <span class="f">{tip.asrF(count(now.answered), count(now.calls), percent(now.answered, now.calls))}</span>
            <span>{tip.asr}</span>
          </>
        }
      />
      <Figure
        view={view}
        label={k.noAnswer}
        value={count(missed.now)}
        href={callsOf(view, { outcome: 'no-answer' })}
        under={missed.before !== null && <Delta by={change(missed.now, missed.before)} good="down" />}
        spark={missedByDay}
        color="var(--missed)"
        tip={
          <>
            <span class="f">{tip.noAnswerF(count(missed.now), count(now.calls), percent(missed.now, now.calls))}</span>
            <span>{tip.noAnswer}</span>
          </>
        }
      />
      <Figure
        view={view}
        label={k.acd}
        value={now.answered === 0 ? '–' : clock(acd)}
        unit={m.word.mss}
        href={callsOf(view, { outcome: 'answered' })}
        under={before && <Delta by={change(acdOf(now), acdOf(before))} />}
        spark={sparks.map(acdOf)}
        tip={
          <>
            <b class="b">{tip.acdTitle}</b>
            <span class="f">{tip.acdF(count(seconds), count(now.answered), clock(acd))}</span>
            <span>{tip.acd}</span>
          </>
        }
      />
      <Figure
        view={view}
        label={k.minutes}
        value={count(Math.round(now.minutes))}
        unit={m.word.min}
        href={callsOf(view, { outcome: 'answered' })}
        under={before && <Delta by={moved((s) => s.minutes) ?? null} />}
        spark={sparks.map((s) => s.minutes)}
        tip={
          <>
            <span class="f">{tip.minutesF(count(seconds), count(now.minutes, 1))}</span>
            <span>{tip.minutes}</span>
          </>
        }
      />
      <MoneyFigures view={view} data={data} />
    </section>
  )
}

/** Revenue and margin. What is not known, for want of a rate or of a buy deck, is said and never shown as 0.00. */
function MoneyFigures({ view, data }: { view: View; data: OverviewData }) {
  const m = messages()
  const { now, before, sparks } = data
  const k = m.overview.kpi
  const tip = m.overview.tip
  const symbol = currencySymbol(data.currency)
  const share = moneyShare(now.margin, now.revenue)
  const noRate = isRevenueUnknown(now)
  const noCost = isCostUnknown(now)
  const rates = linkTo(view, '/rates')
  const earned = before && change(moneyHeight(now.revenue), moneyHeight(before.revenue))
  return (
    <>
      <Figure
        view={view}
        label={k.revenue}
        value={noRate ? <span class="unknown">{m.word.unratedTag}</span> : moneyLine(now.revenue, symbol)}
        href={noRate ? rates : callsOf(view)}
        under={
          noRate ? m.overview.unrated(m.word.calls(now.unrated), '') : before && <Delta by={earned ?? null} good="up" />
        }
        spark={sparks.map((s) => moneyHeight(s.revenue))}
        tip={
          <>
            {!noRate && <span class="f">{tip.revenueF(moneyLine(now.revenue, symbol), count(now.minutes, 1))}</span>}
            <span>{tip.revenue}</span>
          </>
        }
      />
      <Figure
        view={view}
        label={k.margin}
        value={noRate || noCost ? '–' : moneyLine(now.margin, symbol)}
        href={noRate || noCost ? rates : callsOf(view)}
        under={
          noRate ? (
            m.word.unratedTag
          ) : noCost ? (
            m.word.noBuyDeck
          ) : (
            <>
              {before && <Delta by={marginMove(now, before)} good="up" />}{' '}
              {share !== null && <span class="nw">{k.ofRevenue(count(share, 1))}</span>}
            </>
          )
        }
        spark={noRate || noCost ? [] : sparks.map((s) => moneyHeight(s.margin))}
        color="var(--ink-2)"
        last
        tip={
          <>
            {!noRate && !noCost && (
              <span class="f">
                {tip.marginF(
                  moneyLine(now.revenue, symbol),
                  moneyLine(now.cost, symbol),
                  moneyLine(now.margin, symbol),
                )}
              </span>
            )}
            <span>{tip.margin}</span>
            {noCost && <span>{tip.noCost}</span>}
          </>
        }
      />
    </>
  )
}

type FigureProps = {
  view: View
  label: string
  value: Kids
  unit?: string
  href: string
  under?: Kids
  spark: readonly number[]
  color?: string
  /** At the right edge: its explanation opens to the left. */
  last?: boolean
  tip: Kids
}

function Figure(props: FigureProps) {
  const id = useId()
  return (
    <div class={`kpi ${props.last ? 'last' : ''}`}>
      <a class="kpia" href={props.href} aria-describedby={id}>
        <span class="l">{props.label}</span>
        <span class="v">
          {props.value}
          {props.unit && <small>{props.unit}</small>}
        </span>
      </a>
      <span class="d">{props.under}</span>
      <Spark values={props.spark} {...(props.color ? { color: props.color } : {})} />
      <div class="pop tip" role="tooltip" id={id}>
        {props.tip}
        <Scope view={props.view} of={messages().analyse.allCalls} />
      </div>
    </div>
  )
}

/** Change of the margin; none when it was not known or not above zero before: a per cent of a loss says nothing. */
function marginMove(now: Sums, before: Sums): number | null {
  if (isCostUnknown(before)) return null
  const was = moneyHeight(before.margin)
  return was > 0 ? change(moneyHeight(now.margin), was) : null
}

/** Hours added up to days, for the sparkline. */
function perDay(data: OverviewData): number[] {
  const out: number[] = []
  data.buckets.forEach((bucket, i) => {
    if (out.length === 0 || bucket.midnight) out.push(0)
    out[out.length - 1] = (out.at(-1) ?? 0) + (data.series['no-answer'][i] ?? 0)
  })
  return out.length > 1 ? out : [...data.series['no-answer']]
}
