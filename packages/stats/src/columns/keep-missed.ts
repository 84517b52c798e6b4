// Makes files of missed callers, of the copy's own files: a missed call has beside it when its caller was spoken with next, so that to
// count who was called back joins no calls. A file holds good as long as the files it was made of do.

import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { copyOut, type Db, type Tx, transaction, tryLockInTransaction } from '@tollbook/db'
import { sql } from 'kysely'
import { anyOf } from '../priced-calls.ts'
import type { ColumnCopy } from './copy.ts'
import { type Duck, textOf } from './duck.ts'
import { fileOf, folderOf, missedFileOf, settle, sha256Of } from './files.ts'
import { missedRows, returns } from './missed-rows.ts'
import { DAY_MS, DAYS_AFTER, dayOf } from './state.ts'

export type MadeMissed = { readonly tenantId: number; readonly day: string; readonly bytes: number }

/** Makes the file of the latest day that has none, or one out of date; undefined = nothing is due. Call again while there is. */
export async function keepMissed(db: Db, copy: ColumnCopy): Promise<MadeMissed | undefined> {
  const house = await copy.house()
  if (house === undefined) return undefined
  const duck = await house.connect()
  try {
    return await makeNext(db, copy, duck)
  } catch (fault) {
    // Another was quicker, and his file is as good.
    if ((fault as { code?: string }).code === '40001') return undefined
    throw fault
  } finally {
    duck.close()
  }
}

async function makeNext(db: Db, copy: ColumnCopy, duck: Duck): Promise<MadeMissed | undefined> {
  return transaction(db, async (tx) => {
    // What rang is read as it stood when the files were named: a call that changed before has its hour on the list.
    await tx.client.query('set transaction isolation level repeatable read')
    if (!(await tryLockInTransaction(tx, 'stats.columns'))) return undefined
    const due = await dueDay(tx)
    if (due === undefined) return undefined
    const bases = await basesOf(tx, due)
    // Out of a damaged file nothing is made. It is found when files are looked after, and made anew.
    for (const base of bases)
      if (
        base.path !== undefined &&
        !(await copy.isWhole(fileOf(copy.dir, due.tenantId, base.path, 'calls'), base.sha256))
      )
        return undefined
    const generation = randomUUID()
    const path = missedFileOf(copy.dir, due.tenantId, { day: due.day, generation })
    await makeFile(tx, copy, duck, { ...due, path, bases })
    const bytes = (await stat(path)).size
    await sql`insert into column_missed (tenant_id, day, generation, bases, stale, bytes, sha256)
      values (${due.tenantId}, ${due.day}, ${generation}, ${bases.map((b) => b.path?.generation ?? null)}::uuid[], false, ${bytes},
        decode(${await sha256Of(path)}, 'hex'))
      on conflict (tenant_id, day) do update set generation = excluded.generation, bases = excluded.bases, stale = false,
        bytes = excluded.bytes, sha256 = excluded.sha256`.execute(tx.q)
    return { ...due, bytes }
  })
}

type Due = { readonly tenantId: number; readonly day: string }

async function dueDay(tx: Tx): Promise<Due | undefined> {
  const { rows } = await sql<Due>`
    select d.tenant_id as "tenantId", d.day::text as day
    from column_day d left join column_missed m using (tenant_id, day)
    where m.stale is distinct from false order by d.day desc, d.tenant_id limit 1`.execute(tx.q)
  return rows[0]
}

/** The day's file of calls and those of the days after it; one without calls has none. */
type Base = {
  readonly path: { readonly day: string; readonly generation: string } | undefined
  readonly sha256: string
}

async function basesOf(tx: Tx, { tenantId, day }: Due): Promise<readonly Base[]> {
  const { rows } = await sql<{ day: string | null; generation: string | null; sha256: string | null }>`
    select d.day::text as day, d.generation, encode(d.calls_sha256, 'hex') as sha256
    from generate_series(0, ${DAYS_AFTER}::int) ahead
    left join column_day d on d.tenant_id = ${tenantId} and d.day = ${day}::date + ahead order by ahead`.execute(tx.q)
  return rows.map((row) => ({
    path: row.day === null ? undefined : { day: row.day, generation: row.generation! },
    sha256: row.sha256 ?? '',
  }))
}

type Making = Due & { readonly path: string; readonly bases: readonly Base[] }

async function makeFile(tx: Tx, copy: ColumnCopy, duck: Duck, { tenantId, day, path, bases }: Making): Promise<void> {
  const of = dayOf({ day })
  const rung = join(folderOf(copy.dir, tenantId), `${day}.${randomUUID()}.rung.csv`)
  const files = bases.flatMap((b) =>
    b.path === undefined ? [] : [textOf(fileOf(copy.dir, tenantId, b.path, 'calls'))],
  )
  const found = `(${returns('calls', of, DAYS_AFTER * DAY_MS)})`
  try {
    const rang = sql`select call_key, array_to_string(rung, ${'\x1f'}) from call
      where tenant_id = ${tenantId} and ${anyOf([of])} and direction = 1 and outcome <> 1 and rung <> '{}'`
    await copyOut(tx, rang, createWriteStream(rung, { mode: 0o600 }))
    await duck.run(`create or replace temp view calls as select * from read_parquet([${files.join(', ')}])`)
    await duck.run(`copy (
        select m.*, coalesce(r.rung, '') as rung from (${missedRows('calls', of, found)}) m left join read_csv(${textOf(rung)}, header = false,
          auto_detect = false, delim = ',', quote = '"', escape = '"', columns = {'call_key': 'uuid', 'rung': 'varchar'}) r using (call_key)
        order by m.opened_at
      ) to ${textOf(`${path}.new`)} (format parquet, compression zstd)`)
    await settle(`${path}.new`, path)
  } finally {
    await rm(rung, { force: true })
    await rm(`${path}.new`, { force: true })
  }
}
