// Makes the files of one day anew, as the tables have it now: PostgreSQL hands its rows over as text, DuckDB writes them as
// Parquet. One copier at a time; a day that is behind is copied whole.

import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { copyOut, type Db, type Tx, transaction, tryLockInTransaction } from '@tollbook/db'
import { sql } from 'kysely'
import { type Duck, textOf } from './duck.ts'
import { fileOf, folderOf, settle, sha256Of, sync } from './files.ts'
import { FILE_KINDS, type FileKind, rowsOf, typesOf } from './layout.ts'
import { DAY_MS, outdateMissed, startOfDay } from './state.ts'

export type CopyOptions = {
  /** A day is copied again no sooner than this after the last time, ms; until then its hours are read from the tables. */
  readonly everyMs: number
}

export type Copied = { readonly tenantId: number; readonly day: string; readonly calls: number; readonly bytes: number }

/** Copies the latest day that is behind; undefined = none is, or another process is at it. */
export async function copyNextDay(
  db: Db,
  dir: string,
  duck: Duck,
  nowMs: number,
  { everyMs }: CopyOptions,
): Promise<Copied | undefined> {
  return transaction(db, async (tx) => {
    // One picture of the tables for all that follows: what is told meanwhile stays told.
    await tx.client.query('set transaction isolation level repeatable read')
    if (!(await tryLockInTransaction(tx, 'stats.columns'))) return undefined
    const due = await dueDay(tx, new Date(nowMs - everyMs))
    if (due === undefined) return undefined
    const marks = await marksOf(tx, due)
    const made = await makeFiles(tx, dir, duck, due)
    await sql`insert into column_day (tenant_id, day, generation, currency, calls, bytes, calls_sha256, seizures_sha256, built_at)
      values (${due.tenantId}, ${due.day}, ${made.generation}, ${due.currency}, ${made.calls}, ${made.bytes},
        decode(${made.sha256.calls}, 'hex'), decode(${made.sha256.seizures}, 'hex'), ${new Date(nowMs)})
      on conflict (tenant_id, day) do update set generation = excluded.generation, currency = excluded.currency,
        calls = excluded.calls, bytes = excluded.bytes, calls_sha256 = excluded.calls_sha256,
        seizures_sha256 = excluded.seizures_sha256, built_at = excluded.built_at`.execute(tx.q)
    await outdateMissed(tx, due.tenantId, due.day)
    await sql`delete from column_hour where tenant_id = ${due.tenantId} and mark = any(${marks}::uuid[])
      and hour >= ${due.day}::timestamp at time zone 'UTC'
      and hour < (${due.day}::timestamp + interval '1 day') at time zone 'UTC'`.execute(tx.q)
    return { tenantId: due.tenantId, day: due.day, calls: made.calls, bytes: made.bytes }
  })
}

type Due = { readonly tenantId: number; readonly currency: number; readonly day: string }

async function dueDay(tx: Tx, builtBefore: Date): Promise<Due | undefined> {
  const { rows } = await sql<Due>`
    select h.tenant_id as "tenantId", t.currency, h.day::text as day
    from (select distinct tenant_id, (hour at time zone 'UTC')::date as day from column_hour) h
    join tenant t using (tenant_id) left join column_day d using (tenant_id, day)
    where d.built_at is null or d.built_at <= ${builtBefore}
    order by h.day desc, h.tenant_id limit 1`.execute(tx.q)
  return rows[0]
}

async function marksOf(tx: Tx, { tenantId, day }: Due): Promise<string[]> {
  const { rows } = await sql<{ mark: string }>`select distinct mark from column_hour where tenant_id = ${tenantId}
    and hour >= ${day}::timestamp at time zone 'UTC'
    and hour < (${day}::timestamp + interval '1 day') at time zone 'UTC'`.execute(tx.q)
  return rows.map((row) => row.mark)
}

type Made = { generation: string; calls: number; bytes: number; sha256: Record<FileKind, string> }

async function makeFiles(tx: Tx, dir: string, duck: Duck, due: Due): Promise<Made> {
  const { tenantId, day } = due
  const folder = folderOf(dir, tenantId)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const generation = randomUUID()
  const fromMs = startOfDay(day)
  const made: Made = { generation, calls: 0, bytes: 0, sha256: { calls: '', seizures: '' } }
  for (const kind of FILE_KINDS) {
    const path = fileOf(dir, tenantId, { day, generation }, kind)
    const text = join(folder, `${day}.${generation}.${kind}.csv`)
    try {
      const statement = rowsOf(kind, due, [{ fromMs, toMs: fromMs + DAY_MS }])
      await copyOut(tx, statement, createWriteStream(text, { mode: 0o600 }))
      const rows = await duck.rows(`copy (select * from ${linesOf(kind, text)} order by opened_at)
        to ${textOf(`${path}.new`)} (format parquet, compression zstd, row_group_size 122880)`)
      if (kind === 'calls') made.calls = Number(rows[0]?.Count ?? 0)
      await settle(`${path}.new`, path)
      made.bytes += (await stat(path)).size
      made.sha256[kind] = await sha256Of(path)
    } finally {
      await rm(text, { force: true })
      await rm(`${path}.new`, { force: true })
    }
  }
  await sync(folder)
  return made
}

/** Lines as COPY writes them: an empty field is null, an empty text is "". */
export function linesOf(kind: FileKind, path: string): string {
  return `read_csv(${textOf(path)}, header = false, auto_detect = false, delim = ',', quote = '"', escape = '"', nullstr = '',
    allow_quoted_nulls = false, strict_mode = true, columns = ${typesOf(kind)})`
}
