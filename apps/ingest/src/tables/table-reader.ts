// Reads one table again and again: each look finds what is new since the last, stores it and remembers the place. When to
// look and what to do about failures is the follower's business.

import {
  type OpenTable,
  openTable,
  type TableFailure,
  type TableRow,
  type TableSettings,
  tableFailure,
} from '@tollbook/asterisk/tables'
import { type ZoneConverter, type ZoneDetector, zoneConverter, zoneDetector } from '@tollbook/calls'
import { type Clock, err, ok, type Result, type SourceId } from '@tollbook/kernel'
import type { CaptureBatchItem } from '../store-batch.ts'
import { type RecentRows, recentRows } from './recent-rows.ts'
import type { TableStore } from './store-table-rows.ts'
import { ID_WINDOW, ID_WINDOW_COLD, passById, passByTime, type TableMemory, type TablePage } from './table-pass.ts'
import { hourBefore, placeFrom, type TablePlace } from './table-place.ts'
import { type TableItem, type TableTaker, tableTaker } from './table-taker.ts'

export type TableReaderOptions = {
  readonly sourceId: SourceId
  readonly settings: TableSettings
  readonly password: string
  /** As set for the feed or its source; undefined: found from the rows. */
  readonly zone: {
    readonly ofFeed: string | undefined
    readonly ofSource: string | undefined
    readonly otherwise: string
  }
  readonly checkpoint: () => Promise<unknown>
  readonly store: TableStore
  /** After each page: rows that were new so far, the time they have reached, and whether they were there before. */
  readonly onProgress: (read: number, reached: string, isFilling: boolean) => void
  readonly clock: Clock
}

export type TableReader = {
  /** Reads what is new; the table stays open for the next look. Throws when our own database fails. */
  look(stop: AbortSignal): Promise<Result<TableLook, TableFailure>>
  close(): Promise<void>
}

export type TableLook = {
  readonly read: number
  readonly zone: string
  readonly zoneFound: boolean
  readonly table: OpenTable
}

/** Coverage is written at least this often, milliseconds, while nothing happens. */
const COVERAGE_MS = 60_000

export function tableReader(options: TableReaderOptions): TableReader {
  const { settings } = options
  const run: Run = {
    options,
    recent: recentRows(),
    detector: zoneDetector(options.zone.otherwise),
    memory: { hours: undefined, daysAtMs: 0, isWarm: false },
    ...{ taker: undefined, read: 0, coveredAtMs: Number.NEGATIVE_INFINITY },
  }
  let table: OpenTable | undefined
  const close = async () => {
    await table?.close()
    table = undefined
  }
  return {
    close,
    async look(stop) {
      if (table === undefined) {
        const opened = await openTable(settings, options.password)
        if (!opened.ok) return opened
        table = opened.value
      }
      try {
        return ok(await lookAt(table, run, stop))
      } catch (error) {
        run.memory.hours = undefined // what was counted may not have been read
        await close()
        if (error instanceof TableTrouble) return err(error.failure)
        throw error
      }
    },
  }
}

/** What a reader knows from one look to the next. */
type Run = {
  readonly options: TableReaderOptions
  readonly recent: RecentRows
  readonly detector: ZoneDetector
  readonly memory: TableMemory
  taker: TableTaker | undefined
  read: number
  coveredAtMs: number
}

async function lookAt(table: OpenTable, run: Run, stop: AbortSignal): Promise<TableLook> {
  const { options, recent, memory } = run
  const { settings, store } = options
  const beganMs = options.clock.now()
  const by = table.idColumn === undefined ? `time ${table.timeColumn}` : `id ${table.idColumn}`
  const start = placeFrom(await options.checkpoint(), by)
  const taker = takerOf(table, run)
  const soFar = () => ({ read: run.read, zone: taker.zone, zoneFound: taker.zoneFound, table })
  const how = () => ({ content: table.content, zone: taker.zone, instants: table.timesAreInstants })
  let place = start
  let stored = start
  for await (const page of passOf(table, start, memory, settings, beganMs)) {
    const taken = takeNew(taker, table, recent, page.rows)
    const items = taken.map(({ item }) => item)
    place = learn({ ...page.place, longestS: place.longestS, ...coveredFrom(place) }, items)
    if (items.length > 0 || place.filling !== undefined || page.rows.length === 0) {
      if (!(await store.store(items, how(), { place }, stop))) return soFar()
      stored = place
    }
    // Of what is filled in only the window that is watched from then on is read again.
    const since = place.filling && (hourBefore(place.filling.until, settings.lookBackS) ?? '')
    for (const { row } of taken) if (since === undefined || row.time >= since) recent.add(row)
    run.read += items.length
    options.onProgress(run.read, page.rows.at(-1)?.time ?? '', place.filling !== undefined)
    if (stop.aborted) return soFar()
  }
  if (stored !== start || place !== stored || beganMs - run.coveredAtMs >= COVERAGE_MS) {
    const coveredUntilMs = table.content === 'cdr' ? beganMs : undefined
    await store.store([], how(), { place, coveredUntilMs }, stop)
    run.coveredAtMs = beganMs
  }
  memory.isWarm = true
  return soFar()
}

/** Queue events are counted call by call, over hours; all others with their equals of the same second. */
function takerOf(table: OpenTable, run: Run): TableTaker {
  const zone = { ...zonesOf(table, run.options.zone), detector: run.detector }
  const make = () => tableTaker(table, run.options.sourceId, zone)
  if (table.content !== 'queue_log') return make()
  run.taker ??= make()
  return run.taker
}

/** The foreign database's failure, told apart from our own database's. */
class TableTrouble extends Error {
  readonly failure: TableFailure
  constructor(failure: TableFailure) {
    super(failure.reason)
    this.failure = failure
  }
}

async function* passOf(
  table: OpenTable,
  place: TablePlace,
  memory: TableMemory,
  settings: TableSettings,
  nowMs: number,
): AsyncGenerator<TablePage> {
  try {
    if (table.idColumn === undefined) yield* passByTime(table, place, memory, settings.lookBackS, nowMs)
    else {
      const isCold = table.content === 'queue_log' && !memory.isWarm
      yield* passById(table, place, isCold ? ID_WINDOW_COLD : ID_WINDOW)
    }
  } catch (error) {
    throw new TableTrouble(tableFailure(error, settings))
  }
}

/** A zone a person has set wins; instants need none; else the source's, else what the rows tell. */
function zonesOf(
  table: OpenTable,
  { ofFeed, ofSource, otherwise }: TableReaderOptions['zone'],
): { given: ZoneConverter | undefined; otherwise: ZoneConverter } {
  const utc = zoneConverter('UTC') as ZoneConverter
  const set = ofFeed ?? (table.timesAreInstants ? undefined : ofSource)
  const given = set === undefined ? undefined : zoneConverter(set)
  return { given, otherwise: table.timesAreInstants ? utc : (zoneConverter(otherwise) ?? utc) }
}

/**
 * CDRs that were stored before need not be read again. A channel event is counted among all its equals on the page, and a
 * queue event once and for all.
 */
function takeNew(taker: TableTaker, table: OpenTable, recent: RecentRows, rows: readonly TableRow[]): TableItem[] {
  if (table.content !== 'cel') return taker.take(rows.filter((row) => !recent.has(row)))
  return taker.take(rows).filter(({ row }) => !recent.has(row))
}

function coveredFrom({ coveredFromMs }: TablePlace): { coveredFromMs?: number } {
  return coveredFromMs === undefined ? {} : { coveredFromMs }
}

/** The place with what these calls teach: how long calls are, and from when on the table tells. */
function learn(place: TablePlace, items: readonly CaptureBatchItem[]): TablePlace {
  let { longestS, coveredFromMs } = place
  for (const item of items) {
    if (item.kind !== 'leg') continue
    const { durationS, endedAtMs } = item.leg
    if (durationS > longestS && durationS <= LONGEST_BELIEVED_S) longestS = durationS
    if (coveredFromMs === undefined || endedAtMs < coveredFromMs) coveredFromMs = endedAtMs
  }
  return { ...place, longestS, ...(coveredFromMs === undefined ? {} : { coveredFromMs }) }
}

/** A longer call is a channel that hung; it must not make every look reach back as far. */
const LONGEST_BELIEVED_S = 7 * 86_400
