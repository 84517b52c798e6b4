// Coverage: what is called and has no price, and what is sold below what it costs. Every row opens its calls.

import type { UnratedReason } from '@tollbook/api/wire'
import type { Coverage as Covered } from '@tollbook/api/wire-tariffs'
import { readCoverage } from '../../api/tariff-routes.ts'
import { hms } from '../../format/duration.ts'
import { currencySymbol, sumMoney } from '../../format/money.ts'
import { count } from '../../format/number.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { Money } from '../../parts/figures.tsx'
import { FilterBar } from '../../parts/filter-bar.tsx'
import { Await, Empty, PageHead, Section } from '../../parts/frame.tsx'
import { TableBox } from '../../parts/table.tsx'
import { useLoad } from '../../state/load.ts'
import { callsOf, linkTo, useView, type View } from '../../state/view.ts'

/** Where the reason is mended. */
const REMEDY: Record<UnratedReason, string> = {
  'no-account': '/accounts',
  'no-deck': '/accounts',
  'no-rate': '/rates',
  'not-a-number': '/settings',
  blocked: '/plans',
  expired: '/rates',
  ambiguous: '/rates',
  held: '/calls',
}

export function Coverage() {
  const view = useView()
  const m = messages()
  const slug = view.tenant.slug
  const query = { from: new Date(view.span.fromMs).toISOString(), to: new Date(view.span.toMs).toISOString() }
  const loaded = useLoad(JSON.stringify([slug, query]), (signal) => readCoverage(slug, query, signal), ['stats'])
  return (
    <>
      <PageHead title={m.nav.coverage} note={m.coverage.hint} />
      <FilterBar view={view} only={[]} />
      <Await of={loaded} what={m.coverage.reading} height={500}>
        {(answer) => (
          <>
            <Unrated view={view} rows={answer.unrated} />
            <BelowCost view={view} rows={answer.belowCost} />
          </>
        )}
      </Await>
    </>
  )
}

function Unrated({ view, rows }: { view: View; rows: Covered['unrated'] }) {
  const m = messages()
  const total = rows.reduce((sum, one) => sum + one.calls, 0)
  return (
    <Section title={m.coverage.unrated} hint={rows.length > 0 ? m.coverage.unratedHint : undefined}>
      {rows.length === 0 ? (
        <Empty icon="circle-check" title={m.coverage.allRated} hint={m.coverage.allRatedHint} />
      ) : (
        <TableBox label={m.coverage.unrated} keys>
          <table class="t">
            <thead>
              <tr>
                <th>{m.coverage.prefix}</th>
                <th>{m.coverage.reason}</th>
                <th class="n">{m.coverage.calls}</th>
                <th class="n wide">
                  {m.coverage.talked} <span class="u">{m.word.hmmss}</span>
                </th>
                <th class="wide">{m.coverage.last}</th>
                <th />
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr>
                  <td>
                    <a class="mono" href={callsOf(view, { q: row.prefix, rated: 'unrated' })} data-row>
                      {row.prefix === '' ? '–' : row.reason === 'not-a-number' ? row.prefix : `+${row.prefix}`}
                    </a>
                  </td>
                  <td>
                    <span class="tag warn">{m.word.unrated[row.reason]}</span>
                  </td>
                  <td class="n">
                    <a href={callsOf(view, { q: row.prefix, rated: 'unrated' })}>{count(row.calls)}</a>
                  </td>
                  <td class="n wide">{hms(row.seconds)}</td>
                  <td class="wide nw">{when('dayTime', view.zone, row.lastAt)}</td>
                  <td class="n">
                    <a
                      class="link"
                      href={linkTo(view, REMEDY[row.reason], {
                        q: REMEDY[row.reason] === '/rates' ? row.prefix.slice(0, 3) : null,
                      })}
                    >
                      {m.coverage.fix[row.reason]}
                    </a>
                  </td>
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr>
                <td>{m.coverage.all}</td>
                <td />
                <td class="n">
                  <a href={callsOf(view, { rated: 'unrated' })}>{count(total)}</a>
                </td>
                <td class="n wide">{hms(rows.reduce((sum, one) => sum + one.seconds, 0))}</td>
                <td class="wide" />
                <td />
              </tr>
            </tfoot>
          </table>
        </TableBox>
      )}
    </Section>
  )
}

function BelowCost({ view, rows }: { view: View; rows: Covered['belowCost'] }) {
  const m = messages()
  const currencies = [...new Set(rows.map((one) => one.currency))]
  const single = currencies.length === 1 ? currencies[0] : undefined
  const unit = single ? currencySymbol(single).trim() : ''
  const symbol = (currency: string) => (single ? {} : { symbol: currencySymbol(currency) })
  return (
    <Section title={m.coverage.below} hint={rows.length > 0 ? m.coverage.belowHint : undefined}>
      {rows.length === 0 ? (
        <Empty icon="circle-check" title={m.coverage.noneBelow} hint={m.coverage.noneBelowHint} />
      ) : (
        <TableBox label={m.coverage.below} keys>
          <table class="t">
            <thead>
              <tr>
                <th>{m.coverage.destination}</th>
                <th class="wide">{m.coverage.carrier}</th>
                <th class="n">{m.coverage.calls}</th>
                <th class="n wide">
                  {m.coverage.revenue} <span class="u">{unit}</span>
                </th>
                <th class="n wide">
                  {m.coverage.cost} <span class="u">{unit}</span>
                </th>
                <th class="n">
                  {m.coverage.margin} <span class="u">{unit}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr>
                  <td class="any">
                    <a href={callsOf(view, { destination: row.destination.id })} data-row>
                      {row.destination.name || m.overview.unknownDestination}
                    </a>
                    <span class="sub narrow">{row.carrier.name}</span>
                  </td>
                  <td class="wide any">{row.carrier.name}</td>
                  <td class="n">{count(row.calls)}</td>
                  <td class="n wide">
                    <Money amount={row.revenue} {...symbol(row.currency)} />
                  </td>
                  <td class="n wide">
                    <Money amount={row.cost} {...symbol(row.currency)} />
                  </td>
                  <td class="n">
                    <Money amount={row.margin} {...symbol(row.currency)} />
                  </td>
                </tr>
              ))}
            </tbody>
            {single && (
              <tfoot>
                <tr>
                  <td>{m.coverage.all}</td>
                  <td class="wide" />
                  <td class="n">{count(rows.reduce((sum, one) => sum + one.calls, 0))}</td>
                  <td class="n wide">
                    <Money amount={sumMoney(rows.map((one) => one.revenue))} />
                  </td>
                  <td class="n wide">
                    <Money amount={sumMoney(rows.map((one) => one.cost))} />
                  </td>
                  <td class="n">
                    <Money amount={sumMoney(rows.map((one) => one.margin))} />
                  </td>
                </tr>
              </tfoot>
            )}
          </table>
        </TableBox>
      )}
    </Section>
  )
}
