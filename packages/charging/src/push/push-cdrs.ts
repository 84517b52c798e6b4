// CDRs that somebody sends by himself → calls, charges and ledger entries, with an answer for each. Sending them again
// changes nothing; what cannot be read is kept and can be tried again.

import { PUSHED_BYTES_MAX, type PushedRecord, pushedRecordIn } from '@tollbook/asterisk/tables'
import { type Leg, type Reject, setAside, type ZoneConverter, zoneConverter, zoneDetector } from '@tollbook/calls'
import { type TabledRow, tabledContext, tabledRows } from '@tollbook/calls/tables'
import type { Db } from '@tollbook/db'
import type { Source } from '@tollbook/directory'
import { AssertionError, type CallKey, err, ok, type Result, WAY } from '@tollbook/kernel'
import { type ChargingBook, freshBook } from '../book.ts'
import { captureBatch } from '../capture.ts'

export type Push = {
  readonly source: Source
  /** 'auto': as set for the source, else found from the records. A record's own `zone` counts before it. */
  readonly zone: string
  /** Each the JSON of one record. */
  readonly records: readonly Buffer[]
  readonly nowMs: number
}

export type PushOutcome =
  | { readonly index: number; readonly status: 'inserted' | 'duplicate'; readonly call: CallKey }
  | { readonly index: number; readonly status: 'rejected'; readonly reason: string; readonly call: null }

/** Captures records of one source; a refusal says that the zone of the request is none. Throws when the database fails. */
export async function pushCdrs(db: Db, push: Push): Promise<Result<readonly PushOutcome[], 'bad-zone'>> {
  if (push.zone !== 'auto' && !zoneConverter(push.zone)) return err('bad-zone')
  const book = await freshBook(db, push.source.tenantId)
  const { read, zone } = readAll(push, book)
  const legs = read.flatMap((one) => (one.ok ? [one.value] : []))
  const told = legs.length === 0 ? new Map<Leg, Told>() : await store(db, push, zone, legs, book)
  const rejects: Reject[] = []
  const outcomes = read.map((one, index): PushOutcome => {
    const end: Told = one.ok ? told.get(one.value)! : { reason: one.error }
    if ('status' in end) return { index, status: end.status, call: end.call }
    rejects.push({ line: index + 1, reason: end.reason, raw: push.records[index]! })
    return { index, status: 'rejected', reason: end.reason, call: null }
  })
  const { sourceId, tenantId } = push.source
  const origin = { tenantId, sourceId, importId: undefined, zone: zone.zone, format: 'push' }
  if (rejects.length > 0) await setAside(db, origin, rejects, push.nowMs)
  return ok(outcomes)
}

const UTC = zoneConverter('UTC') as ZoneConverter
const NO_COLUMNS: ReadonlySet<string> = new Set()

type Read = { readonly row: TabledRow; readonly zone: string }

function readAll({ source, zone, records }: Push, book: ChargingBook) {
  const read = records.map(readOne)
  const set = zone !== 'auto' ? zone : source.zone !== 'auto' ? source.zone : undefined
  const detector = zoneDetector(source.zoneDetected || book.directory.tenant.zone)
  if (set === undefined)
    for (const one of read) if (one.ok && one.value.row.evidence) detector.observe(one.value.row.evidence)
  const otherwise = zoneConverter(source.zoneDetected) ?? zoneConverter(book.directory.tenant.zone) ?? UTC
  const local = (set === undefined ? detector.converter() : zoneConverter(set)) ?? otherwise
  const context = tabledContext('cdr', source.sourceId, local)
  return {
    zone: local,
    read: read.map((one): Result<Leg, string> => {
      if (!one.ok) return one
      context.zone = one.value.row.isUtc ? UTC : one.value.zone === '' ? local : zoneConverter(one.value.zone)!
      const made = one.value.row.make(context)
      if (!made.ok) return err(made.error.reason)
      return made.value.kind === 'leg' ? ok(made.value.leg) : err('it is no CDR')
    }),
  }
}

function readOne(bytes: Buffer): Result<Read, string> {
  if (bytes.length > PUSHED_BYTES_MAX) return err(`it has ${bytes.length} bytes; at most ${PUSHED_BYTES_MAX} are taken`)
  const pushed = pushedRecordIn(bytes.toString('utf8'))
  if (!pushed.ok) return pushed
  const { record, zone }: PushedRecord = pushed.value
  if (zone !== '' && !zoneConverter(zone)) return err('its zone is not a time zone')
  const row = tabledRows('cdr', [record], NO_COLUMNS)[0]!
  return row.ok ? ok({ row: row.value, zone }) : row
}

type Told = { readonly status: 'inserted' | 'duplicate'; readonly call: CallKey } | { readonly reason: string }

/** All at once; one by one only when the database refuses what is in one of them. */
async function store(
  db: Db,
  push: Push,
  zone: ZoneConverter,
  legs: readonly Leg[],
  book: ChargingBook,
): Promise<Map<Leg, Told>> {
  const { source, nowMs } = push
  const from = { tenantId: source.tenantId, sourceId: source.sourceId, way: WAY.push, toldBy: 'push', zone: zone.zone }
  try {
    const { outcomes } = await captureBatch(db, { ...from, legs, cel: [], nowMs, book })
    const statusOf = (leg: Leg) => (outcomes.has(leg) ? ('duplicate' as const) : ('inserted' as const))
    return new Map(legs.map((leg) => [leg, { status: statusOf(leg), call: leg.callKey }]))
  } catch (error) {
    if (!isDataError(error)) throw error
    const only = legs.length === 1 ? legs[0] : undefined
    if (only) return new Map([[only, { reason: `it cannot be stored: ${(error as Error).message}` }]])
    const told = new Map<Leg, Told>()
    for (const leg of legs) for (const [one, end] of await store(db, push, zone, [leg], book)) told.set(one, end)
    return told
  }
}

/** Trying again cannot help: SQLSTATE class 22 (bad data) or 23 (a constraint), or an invariant of our own. */
function isDataError(error: unknown): boolean {
  if (error instanceof AssertionError || error instanceof TypeError || error instanceof RangeError) return true
  return /^2[23]/.test(String((error as { readonly code?: unknown }).code ?? ''))
}
