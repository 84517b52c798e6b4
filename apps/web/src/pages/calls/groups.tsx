// The calls of a search by one dimension: as many rows as there are values, each a door to its calls.

import type { Query } from '../../api/client.ts'
import { readStats } from '../../api/routes.ts'
import { messages } from '../../i18n/messages.ts'
import { Breakdown } from '../../parts/breakdown.tsx'
import { type Dimension, dimensionWord } from '../../parts/dimension.ts'
import { Await } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { type MetricName, metricsFor } from '../../parts/metric.ts'
import { Popover } from '../../parts/popover.tsx'
import { DIMENSION_FILTERS } from '../../state/filters.ts'
import { useLoad } from '../../state/load.ts'
import { type Compare, linkHere, queryOf, STATS_FILTERS, type View } from '../../state/view.ts'
import { figuresOf } from './figure-menu.tsx'

const WIDE: readonly MetricName[] = ['answered', 'asr', 'acd', 'margin']
/** What /stats calls it. */
const COMPARED: Readonly<Record<Exclude<Compare, 'none'>, string>> = { prev: 'previous', week: 'weekday', year: 'year' }
/** Rows at once; the rest is one row. */
const TOP = 100

export function groupOf(view: View): Dimension | undefined {
  return view.filters.invoice === undefined ? DIMENSION_FILTERS.find((one) => one === view.query.group) : undefined
}

export function Groups({ view, by }: { view: View; by: Dimension }) {
  const m = messages()
  const metrics = figuresOf(view)
  const query: Query = {
    ...queryOf(view, view.span, STATS_FILTERS),
    by,
    metrics: metricsFor([...metrics, 'calls', 'unrated']),
    limit: 500,
    ...(view.vs === 'none' ? {} : { compare: COMPARED[view.vs] }),
  }
  const loaded = useLoad(JSON.stringify(query), (signal) => readStats(query, signal), ['stats'])
  return (
    <Await of={loaded} what={m.calls.groupTitle(dimensionWord(by))} height={500}>
      {(answer) => (
        <Breakdown
          view={view}
          answer={answer}
          by={answer.by === by ? by : (answer.by as Dimension)}
          metrics={metrics}
          wide={view.query.figures ? [] : WIDE}
          sort={metrics.includes('calls') ? 'calls' : metrics[0]!}
          top={TOP}
          title={m.calls.groupTitle(dimensionWord(by))}
          hint={m.calls.groupHint}
        />
      )}
    </Await>
  )
}

export function GroupMenu({ view, by }: { view: View; by: Dimension | undefined }) {
  const m = messages()
  const pick = (value: Dimension | null, close: () => void) => {
    close()
    view.go(linkHere(view, { group: value }))
  }
  return (
    <Popover
      label={m.calls.group}
      panelClass="pick end"
      button={
        <>
          <Icon name="layers" />
          <span class="wide">{by === undefined ? m.calls.group : m.calls.grouped(dimensionWord(by))}</span>
        </>
      }
      name={by === undefined ? m.calls.group : m.calls.grouped(dimensionWord(by))}
    >
      {(close) => (
        <ul class="picks">
          <li>
            <button type="button" aria-pressed={by === undefined} onClick={() => pick(null, close)}>
              {m.calls.ungrouped}
            </button>
          </li>
          {DIMENSION_FILTERS.map((one) => (
            <li>
              <button type="button" aria-pressed={by === one} onClick={() => pick(one, close)}>
                {dimensionWord(one)}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Popover>
  )
}
