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
import { type ZoneConverter, zoneConverter, zoneDetector } from '@tollbook/calls'
import { type Clock, err, ok, type Result, type SourceId } from '@tollbook/kernel'
import { type RecentRows, recentRows } from './recent-rows.ts'
import type { TableStore } from './store-table-rows.ts'
import { passById, passByTime, type TableMemory, type TablePage } from './table-pass.ts'
import { placeFrom, type TablePlace } from './table-place.ts'
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
  const { settings, clock } = options
  const recent = recentRows()
  const detector = zoneDetector(options.zone.otherwise)
  const memory: TableMemory = { hours: undefined, daysAtMs: 0 }
  let table: OpenTable | undefined
  let read = 0
  let coveredAtMs = 0
  const close = async () => {
    await table?.close()
    table = undefined
  }
  const lookAt = async (open: OpenTable, stop: AbortSignal): Promise<TableLook> => {
    const beganMs = clock.now()
    const [given, otherwise] = zonesOf(open, options.zone)
    const taker = tableTaker(open, options.sourceId, given, otherwise, detector)
    const by = open.idColumn === undefined ? `time ${open.timeColumn}` : `id ${open.idColumn}`
    const start = placeFrom(await options.checkpoint(), by)
    let place = start
    let stored = start
    for await (const page of passOf(open, start, memory, settings, beganMs)) {
      const items = takeNew(taker, open, recent, page.rows)
      place = learn({ ...page.place, longestS: place.longestS, ...coveredFrom(place) }, items)
      if (items.length > 0 || place.filling !== undefined || page.rows.length === 0) {
        await options.store(items, taker.zone, place)
        stored = place
      }
      for (const { row } of items) recent.add(row)
      read += items.length
      options.onProgress(read, page.rows.at(-1)?.time ?? '', place.filling !== undefined)
      if (stop.aborted) return { read, zone: taker.zone, zoneFound: taker.zoneFound, table: open }
    }
    const isNews = stored !== start || coveredAtMs === 0
    if (isNews || place !== stored || beganMs - coveredAtMs >= COVERAGE_MS) {
      await options.store([], taker.zone, place, open.content === 'cdr' ? beganMs : undefined)
      coveredAtMs = beganMs
    }
    return { read, zone: taker.zone, zoneFound: taker.zoneFound, table: open }
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
        return ok(await lookAt(table, stop))
      } catch (error) {
        memory.hours = undefined // what was counted may not have been read
        await close()
        if (error instanceof TableTrouble) return err(error.failure)
        throw error
      }
    },
  }
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
    else yield* passById(table, place)
  } catch (error) {
    throw new TableTrouble(tableFailure(error, settings))
  }
}

/** A zone a person has set wins; instants need none; else the source's, else what the rows tell. */
function zonesOf(
  table: OpenTable,
  { ofFeed, ofSource, otherwise }: TableReaderOptions['zone'],
): [ZoneConverter | undefined, ZoneConverter] {
  const utc = zoneConverter('UTC') as ZoneConverter
  const set = ofFeed ?? (table.timesAreInstants ? undefined : ofSource)
  const given = set === undefined ? undefined : zoneConverter(set)
  return [given, table.timesAreInstants ? utc : (zoneConverter(otherwise) ?? utc)]
}

/** Events are counted among all their equals, also those that were stored before; CDRs need not be. */
function takeNew(taker: TableTaker, table: OpenTable, recent: RecentRows, rows: readonly TableRow[]): TableItem[] {
  if (table.content === 'cdr') return taker.take(rows.filter((row) => !recent.has(row)))
  return taker.take(rows).filter((item) => !recent.has(item.row))
}

function coveredFrom({ coveredFromMs }: TablePlace): { coveredFromMs?: number } {
  return coveredFromMs === undefined ? {} : { coveredFromMs }
}

/** The place with what these calls teach: how long calls are, and from when on the table tells. */
function learn(place: TablePlace, items: readonly TableItem[]): TablePlace {
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
