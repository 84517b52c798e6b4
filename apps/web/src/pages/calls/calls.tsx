// The list: one line per call, never per CDR row. Filters, order, groups and columns live in the URL.

import type { ComponentChildren } from 'preact'
import type { Query } from '../../api/client.ts'
import { readStats } from '../../api/routes.ts'
import { durationParts } from '../../format/duration.ts'
import { currencySymbol, isRevenueUnknown, moneyLine } from '../../format/money.ts'
import { count } from '../../format/number.ts'
import { spanText } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { FigureWhy } from '../../parts/figure-why.tsx'
import { FilterBar } from '../../parts/filter-bar.tsx'
import { Await, Button, Empty, PageHead } from '../../parts/frame.tsx'
import { type Loaded, useLoad } from '../../state/load.ts'
import { linkHere, linkTo, queryOf, STATS_FILTERS, useView, type View } from '../../state/view.ts'
import { CallList } from './call-list.tsx'
import type { CallPages } from './call-pages.ts'
import { type CallSort, SORTS, sortLink, sortOf } from './calls-head.tsx'
import { ColumnMenu } from './column-menu.tsx'
import { ExportMenu } from './export-menu.tsx'
import { FigureMenu } from './figure-menu.tsx'
import { GroupMenu, Groups, groupOf } from './groups.tsx'
import { SavedViews } from './saved-views.tsx'
import { type Search, useCallPages } from './use-call-pages.ts'

export function Calls() {
  const view = useView()
  const m = messages()
  const by = groupOf(view)
  const query = queryOf(view)
  return (
    <>
      <PageHead title={m.nav.calls} note={<Summary view={view} />}>
        {by === undefined && <SortPick view={view} />}
        {view.filters.invoice === undefined && <GroupMenu view={view} by={by} />}
        {by === undefined ? <ColumnMenu view={view} /> : <FigureMenu view={view} />}
        <ExportMenu view={view} query={query} />
      </PageHead>
      <FilterBar view={view} compare={by !== undefined}>
        <SavedViews view={view} />
      </FilterBar>
      {by === undefined ? <Found view={view} query={query} /> : <Groups view={view} by={by} />}
    </>
  )
}

function Found({ view, query }: { view: View; query: Query }) {
  const m = messages()
  const search = useCallPages(view, query)
  const { pages } = search
  const loaded: Loaded<CallPages> = {
    data: pages.isRead ? pages : undefined,
    error: pages.isRead ? undefined : pages.error,
    stale: false,
    slow: search.slow,
    again: () => pages.again(),
  }
  return (
    <Await of={loaded} what={m.calls.reading} height={600}>
      {() =>
        pages.length === 0 && view.cursor === undefined ? (
          <None view={view} />
        ) : (
          <>
            <Notes view={view} search={search} />
            <CallList key={search.key} view={view} pages={pages} drawing={search.drawing} />
          </>
        )
      }
    </Await>
  )
}

/** Where the list begins elsewhere than at its beginning; and that it has a newer one. */
function Notes({ view, search }: { view: View; search: Search }) {
  const m = messages()
  const { count: counted } = search.pages
  return (
    <>
      {view.filters.invoice !== undefined && counted && (
        <p class="hint under">{counted.capped ? m.calls.atLeast(count(counted.calls)) : m.word.calls(counted.calls)}</p>
      )}
      {view.cursor !== undefined && (
        <p class="hint under">
          {m.calls.fromHere}{' '}
          <a class="link" href={linkHere(view, { cursor: null })}>
            {m.calls.toNewest}
          </a>
        </p>
      )}
      {search.isNewer && (
        <div class="newer noprint">
          <Button kind="go" icon="arrow-up" onClick={search.showNewer}>
            {m.calls.newer}
          </Button>
        </div>
      )}
    </>
  )
}

function None({ view }: { view: View }) {
  const m = messages()
  const filters = Object.keys(view.filters)
  return (
    <div class="pad-top">
      <Empty icon="search" title={m.calls.empty} hint={m.calls.emptyHint}>
        {filters.length > 0 && (
          <a class="btn" href={linkHere(view, Object.fromEntries([...filters, 'unrated'].map((name) => [name, null])))}>
            {m.filter.clear}
          </a>
        )}
      </Empty>
    </div>
  )
}

function SortPick({ view }: { view: View }) {
  const m = messages()
  return (
    <select
      class="btn"
      aria-label={m.calls.sort}
      value={sortOf(view)}
      onChange={(event) => view.go(sortLink(view, event.currentTarget.value as CallSort))}
    >
      {SORTS.map((one) => (
        <option value={one}>{m.calls.sorts[one]}</option>
      ))}
    </select>
  )
}

/** What the list adds up to. Invoices have no figures of their own here: then the span only. */
function Summary({ view }: { view: View }): ComponentChildren {
  const m = messages()
  const counted = view.filters.invoice === undefined
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
  // The list below is what the figures count: nothing else would open.
  const why = { view, values: data.total, currency: data.currency, href: null, scope: m.analyse.allCalls }
  return (
    <>
      {m.calls.summary(
        <FigureWhy {...why} metric="calls">
          {m.word.calls(Number(calls ?? 0))}
        </FigureWhy>,
        <FigureWhy {...why} metric="answered">
          {count(Number(answered ?? 0))}
        </FigureWhy>,
        <FigureWhy {...why} metric="minutes">
          {m.word.duration(hours, mins, hours > 0 ? 0 : seconds)}
        </FigureWhy>,
        typeof revenue === 'string' && !noRate ? (
          <FigureWhy {...why} metric="revenue">
            {moneyLine(revenue, currencySymbol(data.currency))}
          </FigureWhy>
        ) : null,
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
