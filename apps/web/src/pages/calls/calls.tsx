// The list: one line per call, never per CDR row. Filters live in the URL; paging is by key, newest first.

import type { CallRow, Page } from '@tollbook/api/wire'
import type { ComponentChildren } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { callsCsv, listCalls, readStats } from '../../api/routes.ts'
import { durationParts } from '../../format/duration.ts'
import { currencySymbol, isRevenueUnknown, moneyLine } from '../../format/money.ts'
import { count } from '../../format/number.ts'
import { spanText, when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { FilterBar } from '../../parts/filter-bar.tsx'
import { Await, Empty, PageHead } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Pager, walkRows } from '../../parts/table.tsx'
import { useLoad } from '../../state/load.ts'
import { daysIn } from '../../state/range.ts'
import { type Filter, linkHere, linkTo, queryOf, STATS_FILTERS, useView, type View } from '../../state/view.ts'
import { CallLine } from './call-line.tsx'
import { CallsHead } from './calls-head.tsx'

/** Two screens of rows: enough to scan, quick to draw. */
const PAGE = 50

/** Cursors by which the reader came, so that Newer leads back; per view, kept while the app is open. */
const trails = new Map<string, string[]>()

export function Calls() {
  const view = useView()
  const m = messages()
  const query = { ...queryOf(view), limit: PAGE, cursor: view.cursor }
  const topics = view.cursor === undefined ? (['calls'] as const) : []
  const loaded = useLoad(JSON.stringify(query), (signal) => listCalls(query, signal), topics)
  return (
    <>
      <PageHead title={m.nav.calls} note={<Summary view={view} />}>
        <a class="btn wide" href={callsCsv(queryOf(view))} download>
          <Icon name="download" />
          {m.calls.exportCsv}
        </a>
      </PageHead>
      <FilterBar view={view} />
      <Await of={loaded} what={m.calls.reading} height={600}>
        {(page) => <List view={view} page={page} />}
      </Await>
    </>
  )
}

function List({ view, page }: { view: View; page: Page<CallRow> }) {
  const m = messages()
  const root = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState<string | undefined>(undefined)
  const manyDays = view.filters.invoice !== undefined || daysIn(view.span) > 1.1
  if (page.items.length === 0 && view.cursor === undefined) {
    return (
      <div class="pad-top">
        <Empty icon="search" title={m.calls.empty} hint={m.calls.emptyHint}>
          {Object.keys(view.filters).length > 0 && (
            <a
              class="btn"
              href={linkHere(view, Object.fromEntries(Object.keys(view.filters).map((name) => [name, null])))}
            >
              {m.filter.clear}
            </a>
          )}
        </Empty>
      </div>
    )
  }
  const first = page.items[0]
  const last = page.items.at(-1)
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys walk the links inside; each works by itself too */}
      <div ref={root} onKeyDown={(event) => walkRows(event, root)}>
        <table class="t cards calls">
          <caption class="sr">{m.calls.table}</caption>
          <CallsHead currency={page.items[0]?.currency ?? view.tenant.currency} />
          <tbody>
            {page.items.map((call) => (
              <CallLine
                view={view}
                call={call}
                withDay={manyDays}
                open={open === call.key}
                onToggle={() => setOpen(open === call.key ? undefined : call.key)}
              />
            ))}
          </tbody>
        </table>
      </div>
      <Pager
        {...newerLink(view)}
        older={page.next === null ? null : olderLink(view, page.next)}
        span={
          first &&
          last && (
            <span>
              {stampOf(view, first, manyDays)} – {stampOf(view, last, manyDays)}
            </span>
          )
        }
        hint={m.calls.keys}
      />
    </>
  )
}

function stampOf(view: View, call: CallRow, withDay: boolean): string {
  const time = when('minute', view.zone, call.startedAt)
  return withDay ? `${when('day', view.zone, call.startedAt)} ${time}` : time
}

function olderLink(view: View, next: string): string {
  return linkHere(view, { cursor: next })
}

/** Newer by the cursor we came from; with none known (a link was opened), the newest page. */
function newerLink(view: View): { newer: string | null; newerWord?: string } {
  if (view.cursor === undefined) return { newer: null }
  const trail = trailOf(view)
  const before = trail[trail.indexOf(view.cursor) - 1]
  if (before !== undefined) return { newer: linkHere(view, { cursor: before }) }
  return { newer: linkHere(view, { cursor: null }), newerWord: messages().word.newest }
}

function trailOf(view: View): string[] {
  const key = linkHere(view, { cursor: null })
  const trail = trails.get(key) ?? []
  if (view.cursor !== undefined && !trail.includes(view.cursor)) trail.push(view.cursor)
  trails.set(key, trail)
  return trail
}

/** What the list adds up to. Searches and invoices have no figures of their own: then the span only. */
function Summary({ view }: { view: View }): ComponentChildren {
  const m = messages()
  const counted = (Object.keys(view.filters) as Filter[]).every((name) => STATS_FILTERS.includes(name))
  const query = {
    ...queryOf(view, view.span, STATS_FILTERS),
    by: 'none',
    metrics: 'calls,answered,minutes,revenue,unrated',
  }
  const { data } = useLoad(
    counted ? JSON.stringify(query) : 'none',
    (signal) => (counted ? readStats(query, signal) : Promise.resolve(undefined)),
    ['stats'],
  )
  if (!data) return view.filters.invoice ? null : spanText(view.zone, view.span.fromMs, view.span.toMs)
  const { calls, answered, minutes, revenue, unrated } = data.total
  const noRate = typeof revenue === 'string' && isRevenueUnknown({ revenue, unrated: Number(unrated ?? 0) })
  const { hours, minutes: mins, seconds } = durationParts(Number(minutes ?? 0) * 60)
  return (
    <>
      {m.calls.summary(
        m.word.calls(Number(calls ?? 0)),
        count(Number(answered ?? 0)),
        m.word.duration(hours, mins, hours > 0 ? 0 : seconds),
        typeof revenue === 'string' && !noRate ? moneyLine(revenue, currencySymbol(data.currency)) : '',
      )}
      {noRate && (
        <>
          {' · '}
          <a class="tag warn" href={linkTo(view, '/rates')}>
            {m.word.unratedTag}
          </a>
        </>
      )}
    </>
  )
}
