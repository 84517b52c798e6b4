// The two tables below the chart: where calls went, and how they ended. Both close: rows, others, total.

import type { Outcome } from '@tollbook/api/wire'
import {
  currencySymbol,
  isCostUnknown,
  isNegative,
  isRevenueUnknown,
  moneyHeight,
  moneyShare,
  sumMoney,
  toMicros,
} from '../../format/money.ts'
import { count, percent } from '../../format/number.ts'
import { messages } from '../../i18n/messages.ts'
import { ChangeWhy } from '../../parts/change-why.tsx'
import { callsOfRow, keysOfOthers } from '../../parts/dimension.ts'
import { FigureTools } from '../../parts/figure-chart.tsx'
import type { FigureData } from '../../parts/figure-table.tsx'
import { FigureTold, FigureWhy } from '../../parts/figure-why.tsx'
import { Dash, OutcomeMark, outcomeToken } from '../../parts/figures.tsx'
import { Section } from '../../parts/frame.tsx'
import { TableBox } from '../../parts/table.tsx'
import { callsOf, linkTo, type View } from '../../state/view.ts'
import { type Destination, type OverviewData, STACK } from './data.ts'

const TOP = 8

export function Destinations({ view, data }: { view: View; data: OverviewData }) {
  const m = messages()
  const symbol = currencySymbol(data.currency).trim()
  const named = data.destinations
    .filter((one) => one.key !== 'none' && one.key !== 'other')
    .sort((a, b) => compare(b.revenue, a.revenue) || b.calls - a.calls)
  const top = named.slice(0, TOP)
  const rest = [...named.slice(TOP), ...data.destinations.filter((one) => one.key === 'other')]
  const none = data.destinations.find((one) => one.key === 'none')
  const shown = [...top.map((one) => one.key), 'none']
  const added = rest.map((one) => one.key)
  const others = callsOfRow(view, 'destination', keysOfOthers(view, 'destination', shown, added))
  const highest = Math.max(1, ...top.map((one) => moneyHeight(one.revenue)))
  const all = add(data.destinations)
  const base = { view, currency: data.currency }
  return (
    <Section
      title={m.overview.destinations}
      hint={m.overview.byRevenue}
      tools={
        <>
          <a class="link" href={linkTo(view, '/destinations', view.filters)}>
            {m.overview.allOf(named.length)}
          </a>
          <FigureTools data={destinationsData(data)} file={`destinations-${view.span.token.replaceAll('..', '-')}`} />
        </>
      }
    >
      <TableBox label={m.overview.destinations}>
        <table class="t">
          <thead>
            <tr>
              <th>{m.overview.destination}</th>
              <th class="n">{m.overview.kpi.calls}</th>
              <th class="n wide">
                ASR <span class="u">%</span>
              </th>
              <th class="n">
                {m.overview.kpi.revenue} <span class="u">{symbol}</span>
              </th>
              <th class="n">
                {m.overview.kpi.margin} <span class="u">%</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {top.map((one) => (
              <tr>
                <td class="bc" style={{ '--w': `${(88 * moneyHeight(one.revenue)) / highest}%` }}>
                  <a href={callsOf(view, { destination: one.key })}>{one.label}</a>
                  {isNegative(one.margin) && !isRevenueUnknown(one) && (
                    <span class="tag bad">{m.overview.belowCostTag}</span>
                  )}
                </td>
                <Numbers {...base} of={one} scope={one.label} href={callsOf(view, { destination: one.key })} />
              </tr>
            ))}
            {rest.length > 0 && (
              <tr class="rest">
                <td>
                  {others === null ? m.word.others(rest.length) : <a href={others}>{m.word.others(rest.length)}</a>}
                </td>
                <Numbers {...base} of={add(rest)} scope={m.word.others(rest.length)} href={others} />
              </tr>
            )}
            {none && (
              <tr class="rest">
                <td>
                  <a href={callsOf(view, { destination: 'none' })}>{m.overview.unknownDestination}</a>
                </td>
                <Numbers
                  {...base}
                  of={none}
                  scope={m.overview.unknownDestination}
                  href={callsOf(view, { destination: 'none' })}
                />
              </tr>
            )}
          </tbody>
          <tfoot>
            <tr>
              <td>{m.word.all}</td>
              <Numbers {...base} of={all} scope={m.analyse.allCalls} href={callsOf(view)} />
            </tr>
          </tfoot>
        </table>
      </TableBox>
    </Section>
  )
}

type NumbersProps = {
  view: View
  of: Omit<Destination, 'key' | 'label'>
  scope: string
  currency: string
  /** Null where its calls cannot be listed by themselves. */
  href: string | null
}

function Numbers({ of, ...rest }: NumbersProps) {
  const m = messages()
  const share = isCostUnknown(of) ? null : moneyShare(of.margin, of.revenue)
  const asr = of.calls === 0 ? null : (100 * of.answered) / of.calls
  const why = { ...rest, values: { ...of, asr, margin_pct: share } }
  return (
    <>
      <td class="n">
        <FigureWhy metric="calls" {...why} />
      </td>
      <td class="n wide">
        <FigureWhy metric="asr" {...why} />
      </td>
      <td class="n">
        {isRevenueUnknown(of) ? (
          <a class="tag warn" href={linkTo(rest.view, '/rates')}>
            {/* Free calls stand in the same row: then say how many are meant. */}
            {of.unrated < of.answered && `${count(of.unrated)} × `}
            {m.word.unratedTag}
          </a>
        ) : (
          <FigureWhy metric="revenue" {...why} />
        )}
      </td>
      <td class={`n ${share !== null && isNegative(of.margin) ? 'bad' : ''}`}>
        {share === null ? (
          <Dash {...(isCostUnknown(of) ? { why: m.word.noBuyDeck } : {})} />
        ) : (
          <FigureWhy metric="margin_pct" {...why} />
        )}
      </td>
    </>
  )
}

export function Outcomes({ view, data }: { view: View; data: OverviewData }) {
  const m = messages()
  const total = data.now.calls
  const shown = STACK.filter((one) => one !== 'program' || data.outcomes.program.now > 0)
  return (
    <Section
      title={m.overview.outcomes}
      hint={m.overview.outcomesHint}
      tools={
        <>
          <a class="link" href={linkTo(view, '/quality', view.filters)}>
            {m.nav.quality}
          </a>
          <FigureTools data={outcomesData(data, shown)} file={`outcomes-${view.span.token.replaceAll('..', '-')}`} />
        </>
      }
    >
      <div class="stackbar" role="img" aria-label={m.overview.shares}>
        {shown
          .filter((one) => data.outcomes[one].now > 0)
          .map((one) => (
            <i style={{ '--c': `var(${outcomeToken(one)})`, '--w': String(data.outcomes[one].now) }} />
          ))}
      </div>
      <TableBox label={m.overview.outcomes}>
        <table class="t">
          <thead>
            <tr>
              <th>{m.overview.outcome}</th>
              <th class="n">{m.overview.kpi.calls}</th>
              <th class="n">
                {m.overview.share} <span class="u">%</span>
              </th>
              {data.before && <th class="n">{m.overview.change}</th>}
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => (
              <OutcomeRow view={view} data={data} outcome={one} />
            ))}
          </tbody>
          <tfoot>
            <tr>
              <td>{m.overview.allCalls}</td>
              <td class="n">
                <FigureWhy
                  view={view}
                  metric="calls"
                  values={{ calls: total }}
                  currency={data.currency}
                  href={callsOf(view)}
                  scope={m.analyse.allCalls}
                />
              </td>
              <td class="n">
                {total === 0 ? '–' : <ShareWhy view={view} data={data} n={total} scope={m.analyse.allCalls} />}
              </td>
              {data.before && <td class="n" />}
            </tr>
          </tfoot>
        </table>
      </TableBox>
      <p class="hint under">{m.overview.made(m.word.calls(total), count(data.now.legs))}</p>
    </Section>
  )
}

function OutcomeRow({ view, data, outcome }: { view: View; data: OverviewData; outcome: Outcome }) {
  const { now, before } = data.outcomes[outcome]
  const m = messages()
  const good = outcome === 'answered' ? 'up' : outcome === 'program' ? 'none' : 'down'
  const why = {
    view,
    metric: 'calls' as const,
    values: { calls: now },
    currency: data.currency,
    href: callsOf(view, { outcome }),
    scope: m.word.outcome[outcome],
  }
  return (
    <tr>
      <td>
        <a href={callsOf(view, { outcome })}>
          <OutcomeMark outcome={outcome} />
        </a>
      </td>
      <td class="n">
        <FigureWhy {...why} />
      </td>
      <td class="n">
        <ShareWhy view={view} data={data} n={now} scope={m.word.outcome[outcome]} outcome={outcome} />
      </td>
      {data.before && (
        <td class="n">{before === null ? <Dash /> : <ChangeWhy {...why} now={now} before={before} good={good} />}</td>
      )}
    </tr>
  )
}

function ShareWhy(props: { view: View; data: OverviewData; n: number; scope: string; outcome?: Outcome }) {
  const { view, data, n, outcome } = props
  const { share: name, shareF, shareOf: about } = messages().overview
  const share = percent(n, data.now.calls)
  const told = { name, formula: shareF(count(n), count(data.now.calls), share), about }
  return (
    <FigureTold view={view} scope={props.scope} told={told} href={callsOf(view, outcome ? { outcome } : {})}>
      {share}
    </FigureTold>
  )
}

/** Every destination, not the first few alone. */
function destinationsData(data: OverviewData): FigureData {
  const { metric, overview } = messages()
  const show = (value: string | number | null) => String(value ?? '')
  const columns = ['calls', 'answered', 'revenue', 'cost', 'margin'] as const
  return {
    of: overview.destination,
    ofKey: 'destination',
    columns: columns.map((key) => ({ key, name: metric[key].name, show })),
    rows: data.destinations.map((one) => ({
      name: one.label,
      key: one.label || one.key,
      values: columns.map((key) => one[key]),
    })),
  }
}

function outcomesData(data: OverviewData, shown: readonly Outcome[]): FigureData {
  const { word, overview } = messages()
  const show = (value: string | number | null) => String(value ?? '')
  return {
    of: overview.outcome,
    ofKey: 'outcome',
    columns: [
      { key: 'calls', name: overview.kpi.calls, show },
      { key: 'calls_before', name: overview.change, show },
    ],
    rows: shown.map((one) => ({
      name: word.outcome[one],
      key: one,
      values: [data.outcomes[one].now, data.outcomes[one].before],
    })),
  }
}

function add(rows: readonly Destination[]): Omit<Destination, 'key' | 'label'> {
  return {
    calls: rows.reduce((sum, one) => sum + one.calls, 0),
    answered: rows.reduce((sum, one) => sum + one.answered, 0),
    unrated: rows.reduce((sum, one) => sum + one.unrated, 0),
    revenue: sumMoney(rows.map((one) => one.revenue)),
    cost: sumMoney(rows.map((one) => one.cost)),
    margin: sumMoney(rows.map((one) => one.margin)),
  }
}

function compare(a: string, b: string): number {
  const [x, y] = [toMicros(a), toMicros(b)]
  return x < y ? -1 : x > y ? 1 : 0
}
