// Rows of a table into the database, with the place they bring the reader to, in one transaction; tried until it is done.

import type { TableContent } from '@tollbook/asterisk/tables'
import { setAside } from '@tollbook/calls'
import { type CaptureBatch, captureBatch } from '@tollbook/charging'
import type { Db, Tx } from '@tollbook/db'
import { type Feed, moveCheckpoint, noteCoverage } from '@tollbook/intake'
import { type Clock, WAY } from '@tollbook/kernel'
import { type CaptureBatchItem, type CaptureBatchRow, storeBatch } from '../store-batch.ts'
import type { TablePlace } from './table-place.ts'

export type TableStore = {
  /** False when stopped before it could be; `coveredUntilMs` when nothing was left to read then. */
  store(items: readonly CaptureBatchItem[], how: How, reached: Reached, stop: AbortSignal): Promise<boolean>
}

/** What the table holds, and the zone its times were read in. */
type How = { readonly content: TableContent; readonly zone: string; readonly instants: boolean }
type Reached = { readonly place: TablePlace; readonly coveredUntilMs?: number | undefined }

export function tableStore(
  db: Db,
  feed: Pick<Feed, 'feedId' | 'tenantId' | 'sourceId'>,
  clock: Clock,
  onTrouble: (text: string) => void,
): TableStore {
  const { feedId, tenantId, sourceId } = feed
  const toldBy = `feed ${feedId}`
  let book: CaptureBatch['book']
  const keep = async (tx: Tx, { place, coveredUntilMs }: Reached) => {
    await moveCheckpoint(tx, feedId, place, clock.now())
    const fromMs = place.coveredFromMs
    if (coveredUntilMs === undefined || fromMs === undefined) return
    await noteCoverage(tx, { sourceId, toldBy, fromMs, untilMs: Math.max(coveredUntilMs, fromMs) }, clock.now())
  }
  return {
    async store(items, { content, zone, instants }, reached, stop) {
      const capture = async (rows: readonly CaptureBatchRow[], last: boolean) => {
        const also = last ? (tx: Tx) => keep(tx, reached) : undefined
        const from = { way: WAY.table, toldBy, zone: instants ? '' : zone }
        const batch = { tenantId, sourceId, ...from, ...split(rows), also, nowMs: clock.now(), book }
        book = (await captureBatch(db, batch)).book
      }
      const origin = { tenantId, sourceId, importId: undefined, zone, format: `table ${content}` }
      const aside = async (rejects: Parameters<typeof setAside>[2]) =>
        void (await setAside(db, origin, rejects, clock.now()))
      return (await storeBatch(items, { capture, setAside: aside, onTrouble }, stop)) !== undefined
    },
  }
}

function split(rows: readonly CaptureBatchRow[]): Pick<CaptureBatch, 'legs' | 'cel' | 'queue'> {
  return {
    legs: rows.flatMap((row) => (row.kind === 'leg' ? [row.leg] : [])),
    cel: rows.flatMap((row) => (row.kind === 'cel' ? [row.cel] : [])),
    queue: rows.flatMap((row) => (row.kind === 'queue' ? [row.event] : [])),
  }
}
