// Where calls go and what they earn. The map is links; the tables are the truth and close to their totals.

import type { StatsAnswer } from '@tollbook/api/wire'
import { readStats } from '../../api/routes.ts'
import { isNegative } from '../../format/money.ts'
import { count } from '../../format/number.ts'
import { messages } from '../../i18n/messages.ts'
import { Breakdown } from '../../parts/breakdown.tsx'
import { dimensionWord, nameOf } from '../../parts/dimension.ts'
import { FigureTools } from '../../parts/figure-chart.tsx'
import type { FigureData } from '../../parts/figure-table.tsx'
import { FilterBar } from '../../parts/filter-bar.tsx'
import { Await, Empty, PageHead, Section, Segments } from '../../parts/frame.tsx'
import { type MetricName, metricsFor, metricText, metricUnit, metricWord } from '../../parts/metric.ts'
import { useLoad } from '../../state/load.ts'
import type { Span } from '../../state/range.ts'
import { linkHere, linkTo, queryOf, STATS_FILTERS, useView, type View } from '../../state/view.ts'
import { Moved } from './moved-most.tsx'
import { drawWorld, World } from './world.tsx'

const MEASURES = ['calls', 'minutes', 'revenue', 'margin'] as const satisfies readonly MetricName[]
const COLUMNS = [
  ...(['calls', 'asr', 'acd', 'minutes', 'revenue', 'cost', 'margin', 'margin_pct'] as const),
] as const satisfies readonly MetricName[]
const WIDE = ['asr', 'acd', 'minutes', 'cost', 'margin_pct'] as const satisfies readonly MetricName[]

type Data = { countries: StatsAnswer; destinations: StatsAnswer; before: StatsAnswer | null }

async function readDestinations(view: View, signal: AbortSignal): Promise<Data> {
  const ask = (span: Span, by: string, metrics: string) =>
    readStats({ ...queryOf(view, span, STATS_FILTERS), by, metrics, limit: 500 }, signal)
  const all = metricsFor(COLUMNS)
  const [countries, destinations, before] = await Promise.all([
    ask(view.span, 'country', all),
    ask(view.span, 'destination', all),
    view.before ? ask(view.before, 'destination', 'calls,answered') : null,
  ])
  return { countries, destinations, before }
}

export function Destinations() {
  const view = useView()
  const m = messages()
  const measure = MEASURES.find((one) => one === view.query.measure) ?? 'calls'
  const loaded = useLoad(
    JSON.stringify([queryOf(view), view.before?.token]),
    (signal) => readDestinations(view, signal),
    ['stats'],
  )
  const known = (answer: StatsAnswer) => answer.rows.filter((row) => row.key !== 'none' && row.key !== 'other').length
  return (
    <>
      <PageHead
        title={m.nav.destinations}
        note={
          loaded.data && (
            <span class="wide">
              {m.analyse.counted(count(known(loaded.data.destinations)), count(known(loaded.data.countries)))}
            </span>
          )
        }
      >
        <Segments
          label={m.analyse.measure}
          of={MEASURES.map((value) => ({ value, text: metricWord(value) }))}
          on={measure}
          onPick={(value) => view.go(linkHere(view, { measure: value === 'calls' ? null : value }), true)}
        />
      </PageHead>
      <FilterBar view={view} compare only={STATS_FILTERS} />
      <Await of={loaded} what={m.nav.destinations} height={700}>
        {(data) =>
          data.destinations.total.calls === 0 ? (
            <Empty icon="globe" title={m.analyse.empty} hint={m.analyse.emptyHint} />
          ) : (
            <Body view={view} data={data} measure={measure} />
          )
        }
      </Await>
    </>
  )
}

function Body({ view, data, measure }: { view: View; data: Data; measure: MetricName }) {
  const m = messages()
  const { countries, destinations } = data
  const unit = metricUnit(measure, countries.currency)
  return (
    <>
      <div class="cols side">
        <Section
          title={`${metricWord(measure)}, ${m.analyse.world.toLowerCase()}`}
          hint={
            <>
              {m.analyse.worldHint} {unit && `· ${unit}`}
            </>
          }
          tools={
            <FigureTools
              data={mapData(countries, measure)}
              file={`${measure}-by-country`}
              canvas={() => drawWorld(countries.rows, measure)}
            />
          }
        >
          <World view={view} rows={countries.rows} metric={measure} currency={countries.currency} />
        </Section>
        <Moved view={view} now={destinations.rows} before={data.before?.rows ?? null} />
      </div>
      <Breakdown
        key={`destination-${measure}`}
        view={view}
        answer={destinations}
        by="destination"
        metrics={COLUMNS}
        wide={WIDE}
        sort={measure}
        title={m.analyse.byDestination}
        tag={(row) =>
          typeof row.margin === 'string' && isNegative(row.margin) ? (
            <a class="tag bad after" href={linkTo(view, '/rates', { q: row.label })}>
              {m.overview.belowCostTag}
            </a>
          ) : null
        }
      />
      <Breakdown
        key={`country-${measure}`}
        view={view}
        answer={countries}
        by="country"
        metrics={COLUMNS}
        wide={WIDE}
        sort={measure}
        title={m.analyse.byCountry}
      />
    </>
  )
}

function mapData(answer: StatsAnswer, metric: MetricName): FigureData {
  return {
    of: dimensionWord('country'),
    ofKey: 'country',
    columns: [{ key: metric, name: metricWord(metric), show: (value) => metricText(metric, value) }],
    rows: answer.rows.map((row) => ({
      name: nameOf('country', row),
      key: nameOf('country', row),
      values: [row[metric] ?? null],
    })),
  }
}
