// What calls earn and cost: over time, by customer, trunk and destination; what is sold below cost, what has no price,
// who spends most, and the dearest calls.

import type { StatsAnswer } from '@tollbook/api/wire'
import { isCostUnknown } from '../../format/money.ts'
import { messages } from '../../i18n/messages.ts'
import { Breakdown, RowTools } from '../../parts/breakdown.tsx'
import { losingRows } from '../../parts/breakdown-rows.ts'
import { chartWidth, type Grain, grainFor, grainsFor } from '../../parts/buckets.ts'
import { dimensionWord, nameOf } from '../../parts/dimension.ts'
import { FigureWhy } from '../../parts/figure-why.tsx'
import { FilterBar } from '../../parts/filter-bar.tsx'
import { Await, Empty, PageHead, Section, Segments } from '../../parts/frame.tsx'
import { metricUnit, metricWord } from '../../parts/metric.ts'
import { TableBox } from '../../parts/table.tsx'
import { useLoad } from '../../state/load.ts'
import { callsOf, linkHere, linkTo, queryOf, STATS_FILTERS, useView, type View } from '../../state/view.ts'
import { MONEY, type MoneyData, readMoney, SPENDER } from './data.ts'
import { Dearest } from './dearest.tsx'
import { MoneyChart } from './money-chart.tsx'

const WIDE = ['minutes', 'cost', 'margin_pct', 'arpm'] as const
const LOSING = ['calls', 'margin'] as const
const UNRATED = ['unrated'] as const

export function Money() {
  const view = useView()
  const m = messages()
  const grains = grainsFor(view.span).filter((one) => one !== 'hour')
  const usual = grainFor(view.span, chartWidth(), 'day')
  const grain: Grain = grains.find((one) => one === view.query.grain) ?? usual
  const loaded = useLoad(JSON.stringify([queryOf(view), grain]), (signal) => readMoney(view, grain, signal), ['stats'])
  return (
    <>
      <PageHead title={m.nav.money} />
      <FilterBar view={view} only={STATS_FILTERS} />
      <Await of={loaded} what={m.nav.money} height={700}>
        {(data) =>
          data.account.total.calls === 0 ? (
            <Empty icon="coins" title={m.analyse.empty} hint={m.analyse.emptyHint} />
          ) : (
            <Body view={view} data={data} grain={grain} grains={grains} />
          )
        }
      </Await>
    </>
  )
}

type BodyProps = { view: View; data: MoneyData; grain: Grain; grains: readonly Grain[] }

function Body({ view, data, grain, grains }: BodyProps) {
  const m = messages()
  const { account, trunk, destination } = data
  const { revenue, cost } = account.total
  const unknown = isCostUnknown({ revenue: String(revenue ?? '0'), cost: String(cost ?? '0') })
  return (
    <>
      <MoneyChart
        view={view}
        answer={data.series}
        grain={grain}
        height={innerWidth <= 500 ? 200 : 240}
        tools={
          grains.length > 1 && (
            <Segments
              label={m.analyse.grain}
              of={grains.map((value) => ({ value, text: m.analyse.grains[value] }))}
              on={grain}
              onPick={(value) => view.go(linkHere(view, { grain: value }), true)}
            />
          )
        }
      />
      {unknown && <p class="note warn">{m.analyse.unknownCost}</p>}
      <div class="cols two">
        <Losing view={view} answer={destination} />
        <Unrated view={view} answer={account} />
      </div>
      <Breakdown
        view={view}
        answer={account}
        by="account"
        metrics={MONEY}
        wide={WIDE}
        sort="revenue"
        title={m.analyse.customers}
      />
      <Breakdown
        view={view}
        answer={destination}
        by="destination"
        metrics={MONEY}
        wide={WIDE}
        sort="revenue"
        title={m.analyse.byDestination}
      />
      <Breakdown
        view={view}
        answer={trunk}
        by="trunk"
        metrics={MONEY}
        wide={WIDE}
        sort="revenue"
        title={m.analyse.table(dimensionWord('trunk'))}
      />
      <div class="cols two">
        {data.extension && (
          <Breakdown
            view={view}
            answer={data.extension}
            by="extension"
            metrics={SPENDER}
            wide={WIDE}
            sort="revenue"
            top={10}
            title={m.analyse.spenders}
            hint={m.analyse.spendersHint}
          />
        )}
        {data.dearest.length > 0 && <Dearest view={view} calls={data.dearest} currency={account.currency} />}
      </div>
    </>
  )
}

function Losing({ view, answer }: { view: View; answer: StatsAnswer }) {
  const m = messages()
  const rows = losingRows(answer.rows).filter((row) => row.key !== 'other')
  const unit = metricUnit('margin', answer.currency)
  return (
    <Section
      title={m.analyse.losing}
      hint={m.analyse.losingHint}
      tools={
        rows.length > 0 && <RowTools view={view} by="destination" rows={rows} metrics={LOSING} file="below-cost" />
      }
    >
      {rows.length === 0 && <p class="muted">{m.analyse.losingNone}</p>}
      {rows.length > 0 && (
        <TableBox label={m.analyse.losing}>
          <table class="t">
            <thead>
              <tr>
                <th>{dimensionWord('destination')}</th>
                <th class="n">{metricWord('calls')}</th>
                <th class="n">
                  {metricWord('margin')} <span class="u">{unit}</span>
                </th>
                <th />
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => {
                const href = callsOf(view, { destination: row.key })
                const why = { view, values: row, currency: answer.currency, href, scope: nameOf('destination', row) }
                return (
                  <tr>
                    <td>
                      <a href={href}>{nameOf('destination', row)}</a>
                    </td>
                    <td class="n">
                      <FigureWhy metric="calls" {...why} />
                    </td>
                    <td class="n">
                      <FigureWhy metric="margin" {...why} />
                    </td>
                    <td class="n">
                      <a class="link" href={linkTo(view, '/rates', { q: row.label })}>
                        {m.overview.fixRate}
                      </a>
                    </td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </TableBox>
      )}
    </Section>
  )
}

function Unrated({ view, answer }: { view: View; answer: StatsAnswer }) {
  const m = messages()
  const rows = answer.rows.filter((row) => Number(row.unrated ?? 0) > 0)
  const total = Number(answer.total.unrated ?? 0)
  return (
    <Section
      title={m.analyse.unratedTitle}
      hint={m.analyse.unratedHint}
      tools={total > 0 && <RowTools view={view} by="account" rows={rows} metrics={UNRATED} file="unrated" />}
    >
      {total === 0 ? (
        <p class="muted">{m.analyse.unratedNone}</p>
      ) : (
        <>
          <p>
            {m.analyse.unratedLine(
              <a class="link" href={callsOf(view, { rated: 'unrated' })}>
                {m.word.calls(total)}
              </a>,
              total,
            )}{' '}
            <a class="link" href={linkTo(view, '/coverage')}>
              {m.analyse.fixRates}
            </a>
          </p>
          <table class="t">
            <thead>
              <tr>
                <th>{dimensionWord('account')}</th>
                <th class="n">{metricWord('unrated')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr>
                  <td>
                    <a href={callsOf(view, { rated: 'unrated', account: row.key })}>{nameOf('account', row)}</a>
                  </td>
                  <td class="n">
                    <FigureWhy
                      view={view}
                      metric="unrated"
                      values={row}
                      currency={answer.currency}
                      href={callsOf(view, { rated: 'unrated', account: row.key })}
                      scope={nameOf('account', row)}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </Section>
  )
}
