// What the worker does for the copy, a bounded piece at a time: look whether the files are there, copy a day that is
// behind, take away files nobody names.

import { type Db, transaction } from '@tollbook/db'
import type { ColumnCopy } from './copy.ts'
import { filesOf, missedFileOf, sweepFiles } from './files.ts'
import { discardDays } from './state.ts'
import { type Copied, type CopyOptions, copyNextDay } from './write.ts'

/** Whoever asks now may have just been told the names of files that go. */
const STILL_READ_MS = 10 * 60_000

/** Copies one day; undefined = nothing is due. Call again while there is something. */
export async function keepColumns(
  db: Db,
  copy: ColumnCopy,
  nowMs: number,
  options: CopyOptions,
): Promise<Copied | undefined> {
  const house = await copy.house()
  if (house === undefined) return undefined
  const duck = await house.connect()
  try {
    return await copyNextDay(db, copy.dir, duck, nowMs, options)
  } catch (fault) {
    // Another copier was quicker: his picture of the tables is as good.
    if ((fault as { code?: string }).code === '40001') return undefined
    throw fault
  } finally {
    duck.close()
  }
}

/** Has days copied again whose files are gone or are not what was written, and takes away files that nobody names. */
export async function tidyColumns(db: Db, copy: ColumnCopy, nowMs: number): Promise<{ lost: number; swept: number }> {
  if ((await copy.house()) === undefined) return { lost: 0, swept: 0 }
  const { rows } = await db.pool.query<{
    tenant: number
    day: string
    generation: string
    right: boolean
    hashes: string[]
  }>(
    `select tenant_id as tenant, day::text, generation, d.currency = t.currency as right,
       array[encode(calls_sha256, 'hex'), encode(seizures_sha256, 'hex')] as hashes
     from column_day d join tenant t using (tenant_id) order by 1, 2`,
  )
  const wanted = new Set<string>()
  const lost = new Map<number, string[]>()
  for (const row of rows) {
    const files = filesOf(copy.dir, row.tenant, row)
    for (const file of files) wanted.add(file)
    const whole = await Promise.all(files.map((file, i) => copy.isWhole(file, row.hashes[i]!)))
    if (!row.right || whole.includes(false)) lost.set(row.tenant, [...(lost.get(row.tenant) ?? []), row.day])
  }
  await tidyMissed(db, copy, wanted)
  for (const [tenantId, days] of lost) await transaction(db, (tx) => discardDays(tx, tenantId, days))
  const swept = await sweepFiles(copy.dir, wanted, nowMs - STILL_READ_MS)
  return { lost: [...lost.values()].flat().length, swept }
}

/** The same of files of missed callers: those of days that are none any more are no longer wanted. */
async function tidyMissed(db: Db, copy: ColumnCopy, wanted: Set<string>): Promise<void> {
  await db.pool.query(
    `delete from column_missed m where not exists (
       select from column_day d where d.tenant_id = m.tenant_id and d.day = m.day and d.generation = m.bases[1])`,
  )
  const { rows } = await db.pool.query<{ tenant: number; day: string; generation: string; sha256: string }>(
    `select tenant_id as tenant, day::text, generation, encode(sha256, 'hex') as sha256 from column_missed`,
  )
  for (const row of rows) {
    const file = missedFileOf(copy.dir, row.tenant, row)
    wanted.add(file)
    if (await copy.isWhole(file, row.sha256)) continue
    await db.pool.query('update column_missed set stale = true where tenant_id = $1 and day = $2 and generation = $3', [
      row.tenant,
      row.day,
      row.generation,
    ])
  }
}
