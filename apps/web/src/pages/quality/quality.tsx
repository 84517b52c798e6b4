// How well calls get through: outcomes and causes, then trunks in the carrier's scope and destinations in the customer's,
// and how long things take.

import type { StatsAnswer } from '@tollbook/api/wire'
import { readStats } from '../../api/routes.ts'
import { messages } from '../../i18n/messages.ts'
import { Breakdown } from '../../parts/breakdown.tsx'
import { chartWidth, type Grain, grainFor } from '../../parts/buckets.ts'
import { FilterBar } from '../../parts/filter-bar.tsx'
import { Await, Empty, PageHead } from '../../parts/frame.tsx'
import { ifKnown } from '../../parts/if-known.ts'
import { type MetricName, metricsFor } from '../../parts/metric.ts'
import { OverTime } from '../../parts/over-time.tsx'
import { useLoad } from '../../state/load.ts'
import type { Span } from '../../state/range.ts'
import { queryOf, STATS_FILTERS, useView, type View } from '../../state/view.ts'
import { PERCENTILES, Percentiles } from './percentiles.tsx'

const OUTCOME = ['calls', 'legs'] as const satisfies readonly MetricName[]
const CAUSE = ['calls', 'answered', 'asr'] as const satisfies readonly MetricName[]
const TRUNK = [
  ...(['calls', 'seizures', 'asr_carrier', 'asr', 'ner', 'acd', 'short_pct'] as const),
] as const satisfies readonly MetricName[]
/** Need the record of each time a trunk was taken. */
const CARRIER: readonly MetricName[] = ['seizures', 'asr_carrier']
const DESTINATION = ['calls', 'asr', 'ner', 'acd', 'short_calls', 'short_pct'] as const satisfies readonly MetricName[]
const WIDE = ['legs', 'seizures', 'ner', 'acd', 'short_pct', 'asr'] as const satisfies readonly MetricName[]
const SERIES = metricsFor(['asr', ...PERCENTILES])

type Data = {
  series: StatsAnswer
  before: StatsAnswer | null
  outcome: StatsAnswer
  cause: StatsAnswer
  trunk: StatsAnswer
  destination: StatsAnswer
  whole: StatsAnswer
}

async function readQuality(view: View, grain: Grain, signal: AbortSignal): Promise<Data> {
  const ask = (span: Span, by: string, metrics: string) =>
    readStats({ ...queryOf(view, span, STATS_FILTERS), by, metrics, limit: 500 }, signal)
  const askTrunks = async () =>
    (await ifKnown(ask(view.span, 'trunk', metricsFor(TRUNK)))) ??
    ask(view.span, 'trunk', metricsFor(TRUNK.filter((one) => !CARRIER.includes(one))))
  const [series, before, outcome, cause, trunk, destination, whole] = await Promise.all([
    ask(view.span, grain, metricsFor(['asr'])),
    view.before ? ask(view.before, grain, metricsFor(['asr'])) : null,
    ask(view.span, 'outcome', metricsFor(OUTCOME)),
    ask(view.span, 'cause', metricsFor(CAUSE)),
    askTrunks(),
    ask(view.span, 'destination', metricsFor(DESTINATION)),
    ask(view.span, 'none', SERIES),
  ])
  return { series, before, outcome, cause, trunk, destination, whole }
}

export function Quality() {
  const view = useView()
  const m = messages()
  // A quiet hour has a handful of calls; a share of them says nothing.
  const grain: Grain = grainFor(view.span, chartWidth(), 'day')
  const loaded = useLoad(
    JSON.stringify([queryOf(view), view.before?.token, grain]),
    (signal) => readQuality(view, grain, signal),
    ['stats'],
  )
  return (
    <>
      <PageHead title={m.nav.quality} />
      <FilterBar view={view} compare only={STATS_FILTERS} />
      <Await of={loaded} what={m.nav.quality} height={700}>
        {(data) =>
          data.whole.total.calls === 0 ? (
            <Empty icon="gauge" title={m.analyse.empty} hint={m.analyse.emptyHint} />
          ) : (
            <Body view={view} data={data} grain={grain} />
          )
        }
      </Await>
    </>
  )
}

function Body({ view, data, grain }: { view: View; data: Data; grain: Grain }) {
  const m = messages()
  return (
    <>
      <OverTime
        view={view}
        title={m.analyse.asrOver}
        hint={m.analyse.customer}
        answer={data.series}
        before={data.before}
        grain={grain}
        metric="asr"
        height={innerWidth <= 500 ? 180 : 200}
      />
      <div class="cols two">
        <Breakdown
          view={view}
          answer={data.outcome}
          by="outcome"
          metrics={OUTCOME}
          wide={WIDE}
          sort="calls"
          title={m.analyse.outcomes}
        />
        <Breakdown
          view={view}
          answer={data.cause}
          by="cause"
          metrics={CAUSE}
          sort="calls"
          top={8}
          title={m.analyse.causes}
          hint={m.analyse.causesHint}
        />
      </div>
      <Breakdown
        view={view}
        answer={data.trunk}
        by="trunk"
        metrics={TRUNK.filter((one) => one in data.trunk.total)}
        wide={WIDE}
        sort="calls"
        title={m.analyse.trunks}
        hint={'asr_carrier' in data.trunk.total ? m.analyse.carrierShort : m.analyse.customerShort}
      />
      <Breakdown
        view={view}
        answer={data.destination}
        by="destination"
        metrics={DESTINATION}
        wide={WIDE}
        sort="calls"
        title={m.analyse.destinations}
        hint={m.analyse.customerShort}
      />
      <Percentiles view={view} answer={data.whole} />
    </>
  )
}
