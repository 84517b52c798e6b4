// Who calls and who answers: callers nobody spoke with and whether they were called back, departments, telephones and the
// numbers people dial to reach us.

import type { DepartmentRow, StatsAnswer } from '@tollbook/api/wire'
import { listDepartments } from '../../api/people-routes.ts'
import { readStats } from '../../api/routes.ts'
import { messages } from '../../i18n/messages.ts'
import { Breakdown } from '../../parts/breakdown.tsx'
import { FilterBar } from '../../parts/filter-bar.tsx'
import { Await, Empty, PageHead } from '../../parts/frame.tsx'
import { type MetricName, metricsFor } from '../../parts/metric.ts'
import { useLoad } from '../../state/load.ts'
import { queryOf, STATS_FILTERS, useView, type View } from '../../state/view.ts'
import { Departments } from './departments.tsx'
import { Missed } from './missed.tsx'

const DEPARTMENT = ['calls', 'answered', 'asr', 'minutes', 'acd', 'cost'] as const satisfies readonly MetricName[]
const TAKEN = ['calls', 'minutes', 'acd', 'time_to_answer', 'talk_p90'] as const satisfies readonly MetricName[]
const MADE = ['calls', 'answered', 'asr', 'minutes', 'cost'] as const satisfies readonly MetricName[]
const DID = ['calls', 'answered', 'missed', 'asr', 'time_to_answer', 'minutes'] as const satisfies readonly MetricName[]
const WIDE = ['acd', 'asr', 'cost', 'time_to_answer', 'talk_p90'] as const satisfies readonly MetricName[]

/** A telephone takes inbound calls, and makes all others it is told of. */
const TOOK = { direction: 'inbound' }
const MAKES = { direction: '!inbound' }

type Data = {
  whole: StatsAnswer
  department: StatsAnswer
  taken: StatsAnswer
  made: StatsAnswer
  did: StatsAnswer
  departments: readonly DepartmentRow[]
}

async function readPeople(view: View, signal: AbortSignal): Promise<Data> {
  const ask = (by: string, metrics: readonly MetricName[], more: Readonly<Record<string, string>> = {}) =>
    readStats(
      { ...queryOf(view, view.span, STATS_FILTERS), by, metrics: metricsFor(metrics), limit: 500, ...more },
      signal,
    )
  const [whole, department, taken, made, did, departments] = await Promise.all([
    ask('none', ['calls']),
    ask('department', DEPARTMENT),
    ask('extension', TAKEN, narrowed(view, TOOK)),
    ask('extension', MADE, narrowed(view, MAKES)),
    ask('did', DID, narrowed(view, TOOK)),
    listDepartments(view.tenant.slug, signal),
  ])
  return { whole, department, taken, made, did, departments: departments.items }
}

/** A direction that was chosen on the page stays: what it leaves empty says so. */
function narrowed(view: View, more: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return view.filters.direction === undefined ? more : {}
}

export function People() {
  const view = useView()
  const m = messages()
  const loaded = useLoad(JSON.stringify(queryOf(view)), (signal) => readPeople(view, signal), ['stats'])
  return (
    <>
      <PageHead title={m.nav.people} />
      <FilterBar view={view} only={STATS_FILTERS} />
      <Missed view={view} />
      <Await of={loaded} what={m.nav.people} height={600}>
        {(data) =>
          data.whole.total.calls === 0 ? (
            <Empty icon="users" title={m.analyse.empty} hint={m.analyse.emptyHint} />
          ) : (
            <Body view={view} data={data} onChange={loaded.again} />
          )
        }
      </Await>
    </>
  )
}

function Body({ view, data, onChange }: { view: View; data: Data; onChange: () => void }) {
  const m = messages()
  const within = (more: Readonly<Record<string, string>>): View => ({
    ...view,
    filters: { ...view.filters, ...narrowed(view, more) },
  })
  return (
    <>
      <Departments view={view} departments={data.departments} onChange={onChange}>
        {(tools) => (
          <Breakdown
            view={view}
            answer={data.department}
            by="department"
            metrics={DEPARTMENT}
            wide={WIDE}
            sort="calls"
            title={m.people.departments}
            hint={m.people.departmentsHint}
            tools={tools}
          />
        )}
      </Departments>
      <div class="cols two">
        <Breakdown
          view={within(TOOK)}
          answer={data.taken}
          by="extension"
          metrics={TAKEN}
          wide={WIDE}
          sort="calls"
          title={m.people.taken}
          hint={m.people.takenHint}
        />
        <Breakdown
          view={within(MAKES)}
          answer={data.made}
          by="extension"
          metrics={MADE}
          wide={WIDE}
          sort="calls"
          title={m.people.made}
          hint={m.people.madeHint}
        />
      </div>
      <Breakdown
        view={within(TOOK)}
        answer={data.did}
        by="did"
        metrics={DID}
        wide={[...WIDE, 'minutes']}
        sort="calls"
        title={m.people.dids}
        hint={m.people.didsHint}
      />
    </>
  )
}
