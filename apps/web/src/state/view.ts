// The view is the URL: tenant, range, zone, comparison, filters, cursor. Read here, written here; kept nowhere else.

import type { TenantInfo } from '@tollbook/api/wire'
import { useLocation } from 'preact-iso'
import type { Query } from '../api/client.ts'
import { isZone } from '../format/zone.ts'
import { CLOCK_FILTERS, clockList, FILTERS, type Filter, type Filters } from './filters.ts'
import { dateSpan, type Span, spanBefore, spanOf } from './range.ts'
import { tenantOf } from './session.ts'

export { FILTERS, type Filter, type Filters, STATS_FILTERS } from './filters.ts'

export const COMPARES = ['prev', 'week', 'year', 'none'] as const
export type Compare = (typeof COMPARES)[number]

export type View = {
  readonly tenant: TenantInfo
  readonly path: string
  readonly zone: string
  readonly span: Span
  readonly vs: Compare
  readonly before: Span | null
  readonly filters: Filters
  readonly cursor: string | undefined
  readonly query: Readonly<Record<string, string>>
  /** Goes to another view; `replace` leaves no step in the history. */
  go(href: string, replace?: boolean): void
}

/** The view of the present URL. Only inside pages: there is a tenant by then. */
export function useView(): View {
  const { path, query, route } = useLocation()
  const tenant = tenantOf(query.tenant)
  if (!tenant) throw new Error('a page was drawn without a tenant')
  const zone = query.zone && isZone(query.zone) ? query.zone : tenant.zone
  const nowMs = Date.now()
  const lastCallMs = tenant.lastCallAt === null ? null : Date.parse(tenant.lastCallAt)
  const span = spanOf(query.range, zone, nowMs, lastCallMs)
  const vs = COMPARES.find((one) => one === query.vs) ?? 'prev'
  const filters: Partial<Record<Filter, string>> = {}
  for (const name of FILTERS) {
    const value = query[name]
    if (value) filters[name] = value
  }
  for (const name of CLOCK_FILTERS) if (filters[name]) filters[name] = clockList(filters[name])
  // Links of older versions.
  if (query.unrated) filters.rated = 'unrated'
  return {
    tenant,
    path,
    zone,
    span,
    vs,
    before: vs === 'none' ? null : spanBefore(span, zone, nowMs, vs),
    filters,
    cursor: query.cursor || undefined,
    query,
    go: (href, replace) => route(href, replace ?? false),
  }
}

type Changes = Readonly<Record<string, string | number | null | undefined>>

/**
 * An address inside the app. Tenant, range, zone, comparison and columns are kept as they stand in the URL; filters only those
 * named in `changes` (null takes one away).
 */
export function linkTo(view: Pick<View, 'query'>, path: string, changes: Changes = {}): string {
  const kept: Record<string, string | number | null | undefined> = {}
  for (const name of ['tenant', 'range', 'zone', 'vs', 'cols']) kept[name] = view.query[name]
  return path + searchOf({ ...kept, ...changes })
}

/** The same page with some of its URL changed; the cursor goes back to the start. */
export function linkHere(view: Pick<View, 'query' | 'path'>, changes: Changes): string {
  return view.path + searchOf({ ...view.query, cursor: null, ...changes })
}

/** The calls behind a figure: the filters of this view, narrowed by `changes`. */
export function callsOf(view: View, changes: Changes = {}): string {
  return linkTo(view, '/calls', { ...view.filters, range: view.span.token, ...changes })
}

/** The calls of one span of time, such as a bar. */
export function callsBetween(view: View, fromMs: number, toMs: number, changes: Changes = {}): string {
  return callsOf(view, { range: dateSpan(view.zone, fromMs, toMs).token, ...changes })
}

/** What /stats and /calls are asked for this view. */
export function queryOf(view: View, span: Span = view.span, only: readonly Filter[] = FILTERS): Query {
  const query: Record<string, string> = { tenant: view.tenant.slug, zone: view.zone }
  // An invoice has its own period, and may hold calls from before it that came late.
  if (view.filters.invoice === undefined || !only.includes('invoice')) {
    query.from = new Date(span.fromMs).toISOString()
    query.to = new Date(span.toMs).toISOString()
  }
  for (const name of only) {
    const value = view.filters[name]
    if (value) query[name] = value
  }
  return query
}

function searchOf(changes: Changes): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(changes)) {
    if (value !== undefined && value !== null && value !== '') search.set(key, String(value))
  }
  const text = search.toString()
  return text ? `?${text}` : ''
}
