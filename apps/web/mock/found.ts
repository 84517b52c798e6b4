// Finding calls in the invented company: pages of the list, tags, saved views. Tags and views last as long as the server.

import type { SavedView, TagRow } from '@tollbook/api/wire-office'
import type { MockCall } from './data.ts'
import { ok, problem, type Reply } from './reply.ts'
import { filterCalls, type Params } from './stats.ts'
import { callRow } from './wire-rows.ts'

const DAY = 86_400_000
/** Of tenant `crowd`. */
const CROWD = 100_000
/** As the api counts: not further. */
const COUNTED = 10_000

export type Finding = {
  readonly calls: readonly MockCall[]
  views: SavedView[]
  crowd?: readonly MockCall[]
  /** The search asked last with what it found, since its pages are asked one after the other. */
  found?: { key: string; calls: readonly MockCall[] }
}

export function callsPage(finding: Finding, params: Params, empty: boolean) {
  const { cursor, limit: size, count, ...search } = params
  const key = JSON.stringify(search)
  if (empty) return { items: [], next: null, count: { calls: 0, capped: false } }
  if (finding.found?.key !== key)
    finding.found = { key, calls: sorted(filterCalls(callsOf(finding, params), search), params) }
  const { calls } = finding.found
  const start = cursor ? Number(cursor) : 0
  const limit = Number(size ?? 50)
  return {
    items: calls.slice(start, start + limit).map(callRow),
    next: calls.length > start + limit ? String(start + limit) : null,
    count: count ? { calls: Math.min(calls.length, COUNTED), capped: calls.length > COUNTED } : null,
  }
}

function callsOf(finding: Finding, params: Params): readonly MockCall[] {
  if (params.tenant !== 'crowd') return finding.calls
  finding.crowd ??= Array.from({ length: CROWD }, (_, i) => {
    const round = Math.floor(i / finding.calls.length)
    const call = finding.calls[i % finding.calls.length] as MockCall
    return {
      ...call,
      key: `${call.key.slice(0, 9)}${String(i).padStart(6, '0')}`,
      startMs: call.startMs - round * 71 * DAY,
    }
  })
  return finding.crowd
}

function sorted(calls: readonly MockCall[], { sort }: Params): readonly MockCall[] {
  if (sort === 'dearest') return [...calls].sort((a, b) => Number((b.revenue ?? 0n) - (a.revenue ?? 0n)))
  return sort === 'longest' ? [...calls].sort((a, b) => b.talkS - a.talkS) : calls
}

export function readFound(finding: Finding, room: string | undefined): Reply | undefined {
  if (room === 'tags') return ok({ items: tagRows(finding.calls) })
  if (room === 'views') return ok({ items: finding.views })
  return undefined
}

export function writeFound(finding: Finding, method: string, path: string, body: string): Reply | undefined {
  if (path === '/calls/tags') return tagCalls(finding, JSON.parse(body) as TagChange)
  if (path === '/views') {
    const made = {
      id: Math.max(0, ...finding.views.map((one) => one.id)) + 1,
      ...(JSON.parse(body) as Omit<SavedView, 'id'>),
    }
    finding.views = [...finding.views.filter((one) => one.name !== made.name), made]
    return { status: 201, body: made }
  }
  if (method !== 'DELETE' || !path.startsWith('/views/')) return undefined
  finding.views = finding.views.filter((one) => `/views/${one.id}` !== path)
  return { status: 204 }
}

type TagChange = {
  readonly keys: readonly string[]
  readonly add: readonly string[]
  readonly remove: readonly string[]
}

function tagCalls({ calls }: Finding, { keys, add, remove }: TagChange): Reply {
  if (add.includes('refused')) return problem(403, 'forbidden', 'Your role does not allow this')
  const wanted = new Set(keys)
  const changed = calls.filter((call) => wanted.has(call.key))
  for (const call of changed) {
    const kept = call.tags.filter((tag) => !remove.includes(tag) && !add.includes(tag))
    call.tags.splice(0, call.tags.length, ...[...kept, ...add].sort())
  }
  return ok({ changed: changed.length })
}

function tagRows(calls: readonly MockCall[]): TagRow[] {
  const counts = new Map<string, number>()
  for (const tag of calls.flatMap((call) => call.tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1]).map(([tag, n]) => ({ tag, calls: n }))
}
