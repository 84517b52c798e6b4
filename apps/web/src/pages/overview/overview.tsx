// The morning page: what happened in words, what needs a person, the figures, then the shape of the range.

import { when } from '../../format/time.ts'
import { localTime } from '../../format/zone.ts'
import { messages } from '../../i18n/messages.ts'
import { chartWidth, grainFor } from '../../parts/buckets.ts'
import { FilterBar } from '../../parts/filter-bar.tsx'
import { Await, Empty, PageHead } from '../../parts/frame.tsx'
import { useLoad } from '../../state/load.ts'
import { session } from '../../state/session.ts'
import { linkTo, queryOf, STATS_FILTERS, useView, type View } from '../../state/view.ts'
import { CallsChart } from './calls-chart.tsx'
import { type OverviewData, readOverview } from './data.ts'
import { Figures } from './figures.tsx'
import { Destinations, Outcomes } from './tables.tsx'
import { Todo } from './todo.tsx'
import { Sentence } from './words.tsx'

export function Overview() {
  const view = useView()
  const m = messages()
  const grain = grainFor(view.span, chartWidth(), view.query.grain)
  const key = JSON.stringify([queryOf(view), view.before?.token, grain])
  const loaded = useLoad(key, (signal) => readOverview(view, grain, signal), ['stats', 'calls', 'imports'])
  const nowMs = Date.now()
  const name = session.value?.user.name.split(' ')[0] ?? ''
  return (
    <>
      <PageHead
        title={m.overview.greeting(localTime(view.zone, nowMs).hour, name)}
        note={<span class="wide">{when('dayTime', view.zone, nowMs)}</span>}
      />
      <Await of={loaded} what={m.overview.figures} height={72}>
        {(data) => (
          <div class="cols side say-todo">
            <Sentence view={view} data={data} />
            <Todo view={view} data={data} />
          </div>
        )}
      </Await>
      <FilterBar view={view} compare only={STATS_FILTERS} />
      {loaded.data !== undefined && (
        <Body view={view} data={loaded.data} stale={loaded.stale} narrow={innerWidth <= 500} />
      )}
      {loaded.data === undefined && !loaded.error && <div class="overview-wait" aria-busy="true" />}
    </>
  )
}

function Body({ view, data, stale, narrow }: { view: View; data: OverviewData; stale: boolean; narrow: boolean }) {
  const m = messages()
  if (data.now.calls === 0 && !stale) return <NoCalls view={view} />
  return (
    <div class={stale ? 'stale' : undefined} aria-busy={stale}>
      <Figures view={view} data={data} />
      <CallsChart view={view} data={data} height={narrow ? 200 : 250} />
      <div class="cols two">
        <Destinations view={view} data={data} />
        <Outcomes view={view} data={data} />
      </div>
      <span class="sr" role="status">
        {stale ? m.fault.loading : ''}
      </span>
    </div>
  )
}

function NoCalls({ view }: { view: View }) {
  const m = messages()
  const { firstCallAt, lastCallAt } = view.tenant
  return (
    <div class="pad-top">
      <Empty
        icon="search"
        title={m.overview.empty}
        hint={
          firstCallAt && lastCallAt
            ? m.overview.emptyHint(when('date', view.zone, firstCallAt), when('date', view.zone, lastCallAt))
            : undefined
        }
      >
        <a class="btn" href={linkTo(view, '/', { range: null })}>
          {m.overview.toLast}
        </a>
      </Empty>
    </div>
  )
}
