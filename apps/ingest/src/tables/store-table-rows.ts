// Rows of a table into the database, with the place they bring the reader to, in one transaction. A row the database will
// never take is found by halving and set aside, so that it holds nothing up.

import { setAside } from '@tollbook/calls'
import { type CaptureBatch, captureBatch } from '@tollbook/charging'
import { type Db, type Tx, transaction } from '@tollbook/db'
import { type Feed, moveCheckpoint, noteCoverage } from '@tollbook/intake'
import { AssertionError, type Clock, WAY } from '@tollbook/kernel'
import type { TablePlace } from './table-place.ts'
import type { TableItem } from './table-taker.ts'

/** Stores rows and moves the checkpoint; `coveredUntilMs` when nothing was left to read then. */
export type TableStore = (
  items: readonly TableItem[],
  zone: string,
  place: TablePlace,
  coveredUntilMs?: number,
) => Promise<void>

export function tableStore(db: Db, feed: Pick<Feed, 'feedId' | 'tenantId' | 'sourceId'>, clock: Clock): TableStore {
  const { feedId, tenantId, sourceId } = feed
  let book: CaptureBatch['book']
  const asideIn = async (tx: Tx, items: readonly TableItem[], zone: string) => {
    const rejects = items.flatMap((item) => (item.kind === 'reject' ? [item.reject] : []))
    const origin = { tenantId, sourceId, importId: undefined, zone, format: 'table' }
    if (rejects.length > 0) await setAside(tx, origin, rejects, clock.now())
  }
  const capture = async (items: readonly TableItem[], zone: string, also: (tx: Tx) => Promise<void>) => {
    const legs = items.flatMap((item) => (item.kind === 'leg' ? [item.leg] : []))
    const cel = items.flatMap((item) => (item.kind === 'cel' ? [item.cel] : []))
    const everything = async (tx: Tx) => {
      await asideIn(tx, items, zone)
      await also(tx)
    }
    if (legs.length + cel.length === 0) return await transaction(db, everything)
    const from = { way: WAY.table, toldBy: `feed ${feedId}`, zone }
    const batch = { tenantId, sourceId, ...from, legs, cel, also: everything, nowMs: clock.now(), book }
    book = (await captureBatch(db, batch)).book
  }
  const halve = async (items: readonly TableItem[], zone: string, also: (tx: Tx) => Promise<void>): Promise<void> => {
    try {
      return await capture(items, zone, also)
    } catch (error) {
      if (!isDataError(error) || items.length === 0) throw error
      const middle = items.length >> 1
      if (items.length === 1)
        return await capture(
          items.map((item) => refused(item, error)),
          zone,
          also,
        )
      await halve(items.slice(0, middle), zone, async () => undefined)
      await halve(items.slice(middle), zone, also)
    }
  }
  return (items, zone, place, coveredUntilMs) =>
    halve(items, zone, async (tx) => {
      await moveCheckpoint(tx, feedId, place, clock.now())
      if (coveredUntilMs === undefined || place.coveredFromMs === undefined) return
      const told = { sourceId, toldBy: `feed ${feedId}`, fromMs: place.coveredFromMs }
      await noteCoverage(tx, { ...told, untilMs: Math.max(coveredUntilMs, told.fromMs) }, clock.now())
    })
}

function refused(item: TableItem, error: unknown): TableItem {
  const reason = `it cannot be stored: ${error instanceof Error ? error.message : String(error)}`
  const raw = Buffer.from(JSON.stringify(item.row.record))
  return { kind: 'reject', reject: { line: 0, reason, raw }, row: item.row }
}

/** Trying again cannot help: SQLSTATE class 22 (bad data) or 23 (a constraint), or an invariant of our own. */
function isDataError(error: unknown): boolean {
  if (error instanceof AssertionError || error instanceof TypeError || error instanceof RangeError) return true
  return /^2[23]/.test(String((error as { readonly code?: unknown }).code ?? ''))
}
