// When do people call? The measure over time, weekday by hour, and one day against what is usual for its weekday.

import { percent } from '../../format/number.ts'
import { messages } from '../../i18n/messages.ts'
import { chartWidth, type Grain, grainFor, grainsFor } from '../../parts/buckets.ts'
import { FilterBar } from '../../parts/filter-bar.tsx'
import { Await, Empty, PageHead, Segments } from '../../parts/frame.tsx'
import { metricText, metricWord } from '../../parts/metric.ts'
import { OverTime } from '../../parts/over-time.tsx'
import { useLoad } from '../../state/load.ts'
import { linkHere, queryOf, STATS_FILTERS, useView, type View } from '../../state/view.ts'
import { comparedDay, heatGrid, MEASURES, type Measure, readDay, readTraffic, type TrafficData } from './data.ts'
import { Day } from './day.tsx'
import { Heat } from './heat.tsx'

export function Traffic() {
  const view = useView()
  const m = messages()
  const grains = grainsFor(view.span)
  const grain: Grain = grains.find((one) => one === view.query.grain) ?? grainFor(view.span, chartWidth(), undefined)
  const measure: Measure = MEASURES.find((one) => one === view.query.measure) ?? 'calls'
  const dayMs = comparedDay(view, Date.now())
  const asked = JSON.stringify(queryOf(view))
  const loaded = useLoad(
    JSON.stringify([asked, view.before?.token, grain, measure]),
    (signal) => readTraffic(view, grain, measure, signal),
    ['stats'],
  )
  const day = useLoad(JSON.stringify([asked, dayMs, measure]), (signal) => readDay(view, dayMs, measure, signal))
  const height = innerWidth <= 500 ? 200 : 250
  return (
    <>
      <PageHead title={m.nav.traffic} note={loaded.data && <Busiest data={loaded.data} />}>
        <Segments
          label={m.analyse.measure}
          of={MEASURES.map((value) => ({ value, text: metricWord(value) }))}
          on={measure}
          onPick={(value) => view.go(linkHere(view, { measure: value === 'calls' ? null : value }), true)}
        />
      </PageHead>
      <FilterBar view={view} compare only={STATS_FILTERS} />
      <Await of={loaded} what={m.nav.traffic} height={600}>
        {(data) =>
          data.series.total.calls === 0 ? (
            <Empty icon="chart-column" title={m.analyse.empty} hint={m.analyse.emptyHint} />
          ) : (
            <>
              <OverTime
                view={view}
                title={`${metricWord(measure)} ${m.analyse.by[grain]}`}
                answer={data.series}
                before={data.before}
                grain={grain}
                metric={measure}
                height={height}
                tools={<Grains view={view} grains={grains} on={grain} />}
              />
              <Heat view={view} grid={heatGrid(data.heat, measure)} measure={measure} />
            </>
          )
        }
      </Await>
      <Await of={day} what={m.nav.traffic} height={300}>
        {(data) =>
          loaded.data?.series.total.calls === 0 ? null : (
            <Day view={view} data={data} measure={measure} height={height} />
          )
        }
      </Await>
    </>
  )
}

function Grains({ view, grains, on }: { view: View; grains: readonly Grain[]; on: Grain }) {
  const m = messages()
  if (grains.length < 2) return null
  return (
    <Segments
      label={m.analyse.grain}
      of={grains.map((value) => ({ value, text: m.analyse.grains[value] }))}
      on={on}
      onPick={(value) => view.go(linkHere(view, { grain: value }), true)}
    />
  )
}

/** In words: the busiest hour of the week, and what weekends carry. Of calls, whatever is measured. */
function Busiest({ data }: { data: TrafficData }) {
  const m = messages()
  const grid = heatGrid(data.heat, 'calls').map((row) => row.map((cell) => cell.calls))
  const most = Math.max(...grid.flat())
  if (most <= 0) return null
  const day = grid.findIndex((row) => row.includes(most))
  const hour = String(grid[day]?.indexOf(most) ?? 0).padStart(2, '0')
  const sum = (rows: readonly (readonly number[])[]) => rows.flat().reduce((all, one) => all + one, 0)
  return (
    <span class="wide">
      {m.analyse.busiest(
        `${m.analyse.days[day]} ${hour}:00`,
        `${metricText('calls', most)}`,
        percent(sum(grid.slice(5)), sum(grid)),
      )}
    </span>
  )
}
