// One look at a table: the rows that may be new, page by page, each with the place that is reached once it is stored.
//
// By id: ids are given when a row is inserted and seen when it is committed, so a window behind the highest is read again.
// By time: rows appear when a call ends but bear the time it began, so everything back to the longest call is watched; how
// many rows each hour has says which hours are worth reading.

import type { OpenTable, TableRow } from '@tollbook/asterisk/tables'
import { dayOf, firstHourOf, hourBefore, latestThinkable, spanOfHours, type TablePlace } from './table-place.ts'

export type TablePage = { readonly rows: readonly TableRow[]; readonly place: TablePlace }

/** What is remembered from one look to the next within a process. */
export type TableMemory = {
  /** Rows by hour at the last look, as far back as calls are long. */
  hours: ReadonlyMap<string, number> | undefined
  /** When the days before that were counted last. */
  daysAtMs: number
  /** A look has been finished. */
  isWarm: boolean
}

/** Ids this far behind the highest may still be committed. */
export const ID_WINDOW = 2000n
/** Read again at the first look of a process: equal queue events of a call are counted, and it may wait for hours. */
export const ID_WINDOW_COLD = 20_000n

/** A table that has fewer ids than were read was emptied or put back: it is read from its beginning. */
export async function* passById(table: OpenTable, place: TablePlace, window: bigint): AsyncGenerator<TablePage> {
  const highest = await table.highestId()
  if (highest === undefined) return
  const last = place.id === undefined ? undefined : BigInt(place.id)
  const after = last === undefined || highest < last ? -1n : last - window
  let reached = last === undefined || highest < last ? -1n : last
  for await (const rows of table.byId(after < -1n ? -1n : after)) {
    const id = BigInt(rows.at(-1)!.id)
    if (id > reached) reached = id
    yield { rows, place: { ...place, id: String(reached) } }
  }
}

const DAY_S = 86_400
/** A call that was longer than any before is found this far back, by a count once an hour. */
const FAR_S = 35 * DAY_S
const DAYS_EVERY_MS = 3_600_000
/** Batch mode of Asterisk holds rows back for up to five minutes. */
const BATCH_S = 600

export async function* passByTime(
  table: OpenTable,
  place: TablePlace,
  memory: TableMemory,
  lookBackS: number,
  nowMs: number,
): AsyncGenerator<TablePage> {
  const latest = await table.latestTime(latestThinkable(nowMs, table.timesAreEpochs))
  if (place.time === undefined) return yield* fill(table, place, latest)
  if (latest === undefined) return
  const backS = Math.max(lookBackS, Math.ceil(place.longestS * 1.1)) + BATCH_S
  const from = hourBefore(place.time, backS)
  const counted = from === undefined ? undefined : await table.hours(from)
  const before = memory.hours
  if (counted === undefined || before === undefined) yield* pages(table.byTime(from), place)
  else for (const hour of changed(counted, before)) yield* pages(spanAt(table, hour, 1, place.time), place)
  memory.hours = counted
  const next = { ...place, time: later(latest, place.time) }
  if (from !== undefined && nowMs - memory.daysAtMs >= DAYS_EVERY_MS) {
    yield* farDays(table, next, from)
    memory.daysAtMs = nowMs
  } else if (next.time !== place.time) yield { rows: [], place: next }
}

/** Days before the watched window whose count is another than last time: a call longer than any before has ended. */
async function* farDays(
  table: OpenTable,
  place: TablePlace & { time: string },
  from: string,
): AsyncGenerator<TablePage> {
  const far = hourBefore(place.time, FAR_S)
  const hours = far === undefined ? undefined : await table.hours(far)
  if (hours === undefined) return yield { rows: [], place }
  const days = new Map<string, number>()
  for (const [hour, count] of hours) {
    const start = spanOfHours(hour, 1, place.time)
    if (start === undefined || start[0] >= from) continue
    const day = dayOf(hour)
    days.set(day, (days.get(day) ?? 0) + count)
  }
  if (place.days)
    for (const day of changed(days, new Map(Object.entries(place.days)))) {
      yield* pages(spanAt(table, firstHourOf(day), 24, place.time), place)
    }
  yield { rows: [], place: { ...place, days: Object.fromEntries(days) } }
}

/** The rows that are there already. What is added meanwhile behind the reader is found by the next look. */
async function* fill(table: OpenTable, place: TablePlace, latest: string | undefined): AsyncGenerator<TablePage> {
  const until = place.filling?.until ?? latest
  if (until === undefined) return
  if (place.filling === undefined) yield { rows: await table.withoutTime(), place: { ...place, filling: { until } } }
  const { filling: _, ...rest } = place
  for await (const rows of table.byTime(place.filling?.at)) {
    yield { rows, place: { ...rest, filling: { at: rows.at(-1)!.time, until } } }
  }
  yield { rows: [], place: { ...rest, time: until } }
}

async function* pages(rows: AsyncGenerator<readonly TableRow[]>, place: TablePlace): AsyncGenerator<TablePage> {
  for await (const page of rows) yield { rows: page, place }
}

function spanAt(table: OpenTable, hour: string, hours: number, like: string): AsyncGenerator<readonly TableRow[]> {
  const span = spanOfHours(hour, hours, like)
  return table.byTime(span?.[0] ?? hour, span?.[1] ?? `${hour}~`)
}

function changed(now: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>): string[] {
  return [...now].filter(([hour, count]) => before.get(hour) !== count).map(([hour]) => hour)
}

/** Of one table, so that they are written alike; epochs of our days have ten digits. */
function later(a: string, b: string): string {
  return [a, b].sort().at(-1)!
}
