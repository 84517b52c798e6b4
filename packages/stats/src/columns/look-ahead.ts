// Looks through the files of the copy before anybody asks of them: a file is looked through once in a process, and the first
// question of a day would wait for that.

import type { Db } from '@tollbook/db'
import type { ColumnCopy } from './copy.ts'
import { fileOf, missedFileOf } from './files.ts'
import { FILE_KINDS } from './layout.ts'

/** Files one after the other, the latest first, as pages ask of them. Ends early once `signal` says so. Answers how many. */
export async function lookAhead(db: Db, copy: ColumnCopy, signal: AbortSignal): Promise<number> {
  if ((await copy.house()) === undefined) return 0
  const { rows } = await db.pool.query<{
    tenant: number
    day: string
    generation: string
    hashes: string[]
    missed: { generation: string; sha256: string } | null
  }>(
    `select d.tenant_id as tenant, day::text, d.generation,
       array[encode(calls_sha256, 'hex'), encode(seizures_sha256, 'hex')] as hashes,
       case when not m.stale then json_build_object('generation', m.generation, 'sha256', encode(m.sha256, 'hex')) end as missed
     from column_day d left join column_missed m using (tenant_id, day) order by day desc, d.tenant_id`,
  )
  let files = 0
  for (const row of rows) {
    const paths = FILE_KINDS.map((kind, i) => [fileOf(copy.dir, row.tenant, row, kind), row.hashes[i]!] as const)
    const { day, missed } = row
    if (missed) paths.push([missedFileOf(copy.dir, row.tenant, { day, generation: missed.generation }), missed.sha256])
    for (const [path, sha256] of paths) {
      if (signal.aborted) return files
      // What is lost is the worker's to find and to mend.
      await copy.isWhole(path, sha256)
      files++
    }
  }
  return files
}
