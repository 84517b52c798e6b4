// The door: strings from a query string or a command line become a StatsQuery or a list of what is wrong with them.
// Pure: names are looked up later, in SQL, where an unknown one matches nothing.

import { err, ok, type Result } from '@tollbook/kernel'
import { clockFault, type Filters, parseFilters, type Selection, type Stretch } from '@tollbook/selection'
import { isDate, isZone, startOfDate } from '@tollbook/selection/local-time'
import { countBorders } from './buckets.ts'
import { COMPARES, spanBefore } from './compare.ts'
import { isCycle, isTimeDimension, STATS_BY, STATS_SPLIT, type StatsBy, type StatsSplit } from './dimensions.ts'
import { DEFAULT_METRICS, METRIC_NAMES, type MetricName } from './metrics.ts'

/** More rows than this are no chart and no table; a year of hours (8,784) fits. */
export const MAX_ROWS = 10_000

/** A cycle is laid along the hours of its whole time: ten years of them. */
const MAX_CYCLE_BORDERS = 90_000

/** What has to be known of the tenant; `currency` is the ISO 4217 number. */
export type StatsTenant = { readonly tenantId: number; readonly zone: string; readonly currency: number }

/** A question, complete and valid. The interval is from ≤ opened_at < to. */
export type StatsQuery = Filters & {
  readonly tenant: StatsTenant
  readonly fromMs: number
  readonly toMs: number
  readonly zone: string
  readonly by: StatsBy
  /** A second dimension: rows come for each (key, split), the largest splits by calls and one "other". */
  readonly split: StatsSplit
  readonly metrics: readonly MetricName[]
  /** Rows at most; the rest is added up in one row "other". Does not cut time series. */
  readonly limit: number
  /** A span that the same is asked of, to compare with. */
  readonly before?: Stretch
}

/** The values of a split that have rows of their own; one row is of all others. */
export type Splits = {
  readonly kept: readonly string[]
  /** So many others that they are better put together by who is asked. */
  readonly ofMany: boolean
}

/** A question whose names were looked up. */
export type Asked = StatsQuery & { readonly selection: Selection; readonly splits?: Splits | undefined }

export type BadQuery = {
  readonly kind: 'bad-query'
  readonly fields: readonly { readonly field: string; readonly message: string }[]
}

type Raw = Readonly<Record<string, string | undefined>>

/**
 * Reads `from`, `to`, `zone`, `by`, `split`, `metrics`, `limit`, `compare` (see compare.ts; what lies after `nowMs` is not
 * compared) and the filters (`parseFilters`). Other names are ignored, an empty string counts as absent. `from` and `to` are instants with
 * an offset ("2026-11-01T00:00:00Z") or dates, which mean the local midnight in `zone` with which they begin; `to` is
 * exclusive either way. `zone` defaults to the tenant's, `by` and `split` to "none".
 */
export function parseStatsQuery(
  raw: Raw,
  tenant: StatsTenant,
  nowMs = Number.POSITIVE_INFINITY,
): Result<StatsQuery, BadQuery> {
  const fields: { field: string; message: string }[] = []
  const fail = (field: string, message: string) => void fields.push({ field, message })

  const { zone, fromMs, toMs } = parseSpan(raw, tenant, fail)
  const by = oneOf('by', given(raw.by) ?? 'none', STATS_BY, fail) ?? 'none'
  const split = oneOf('split', given(raw.split) ?? 'none', STATS_SPLIT, fail) ?? 'none'
  if (split !== 'none' && (split as StatsBy) === by) fail('split', 'must differ from by')
  const metrics = parseMetrics(given(raw.metrics), fail)
  const limit = parseLimit(given(raw.limit), fail)
  const filters = parseFilters(raw, fail)
  const compare = given(raw.compare)
  const how = compare === undefined ? undefined : oneOf('compare', compare, COMPARES, fail)

  if (fromMs !== undefined && toMs !== undefined) {
    const fault = clockFault(filters.clock, { fromMs, toMs })
    if (fault) fail(fault.field, fault.message)
    if (isTimeDimension(by) && countBorders(fromMs, toMs, by) > (isCycle(by) ? MAX_CYCLE_BORDERS : MAX_ROWS))
      fail('by', `more than ${MAX_ROWS} rows; choose a longer unit than ${by} or a shorter time`)
  }
  if (fields.length > 0 || fromMs === undefined || toMs === undefined) return err({ kind: 'bad-query', fields })
  const before = how && { before: spanBefore({ fromMs, toMs }, how, zone, nowMs) }
  return ok({ tenant, fromMs, toMs, zone, by, split, metrics, limit, ...filters, ...before })
}

/** `from`, `to` and `zone`; an instant is undefined where it was refused. */
export function parseSpan(
  raw: Raw,
  tenant: Pick<StatsTenant, 'zone'>,
  fail: Fail,
): { readonly zone: string; readonly fromMs: number | undefined; readonly toMs: number | undefined } {
  const zone = given(raw.zone) ?? tenant.zone
  const zoneIsGood = isZone(zone)
  if (!zoneIsGood) fail('zone', `unknown time zone "${zone}"`)
  const safeZone = zoneIsGood ? zone : 'UTC'
  const fromMs = parseTime('from', given(raw.from), safeZone, fail)
  const toMs = parseTime('to', given(raw.to), safeZone, fail)
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
    fail('to', 'must be later than from')
    return { zone, fromMs, toMs: undefined }
  }
  return { zone, fromMs, toMs }
}

export type Fail = (field: string, message: string) => void

function given(value: string | undefined): string | undefined {
  const text = value?.trim()
  return text === '' ? undefined : text
}

// No call is older than its epoch; beyond the other end lies nothing but typing errors.
const EARLIEST_MS = Date.UTC(1970, 0, 1)
const LATEST_MS = Date.UTC(2200, 0, 1)
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})$/

function parseTime(field: string, text: string | undefined, zone: string, fail: Fail): number | undefined {
  if (text === undefined) {
    fail(field, 'is required')
    return undefined
  }
  const ms = isDate(text) ? startOfDate(text, zone) : INSTANT.test(text) ? Date.parse(text) : Number.NaN
  if (ms >= EARLIEST_MS && ms <= LATEST_MS) return ms
  fail(field, 'must be a date (2026-11-01) or an instant with its offset (2026-11-01T00:00:00Z)')
  return undefined
}

function oneOf<T extends string>(field: string, text: string, list: readonly T[], fail: Fail): T | undefined {
  const found = list.find((item) => item === text)
  if (found === undefined) fail(field, `must be one of ${list.join(', ')}`)
  return found
}

function parseMetrics(text: string | undefined, fail: Fail): readonly MetricName[] {
  if (text === undefined) return DEFAULT_METRICS
  const names = text.split(',').map((n) => n.trim())
  const known = names.map((n) => METRIC_NAMES.find((m) => m === n))
  const unknown = names.filter((_, i) => known[i] === undefined)
  if (unknown.length > 0) fail('metrics', `unknown: ${unknown.join(', ')}; there are ${METRIC_NAMES.join(', ')}`)
  return [...new Set(known.filter((m) => m !== undefined))]
}

function parseLimit(text: string | undefined, fail: Fail): number {
  if (text === undefined) return MAX_ROWS
  const limit = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > MAX_ROWS) fail('limit', `must be a whole number from 1 to ${MAX_ROWS}`)
  return limit
}
