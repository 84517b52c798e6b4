// The copy of calls by columns as a process holds it: opened once, written by the worker, read by whoever asks figures.
// Where DuckDB does not load there is none, and everything is answered by PostgreSQL.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Db } from '@tollbook/db'
import { type DuckHouse, openDuck } from './duck.ts'
import { watchFiles } from './files.ts'
import type { KnownGreatest } from './greatest.ts'

export type ColumnCopy = {
  readonly dir: string
  /** For what is on its way in or out; readable by DuckDB. */
  readonly spill: string
  /** Undefined where DuckDB does not load; why is told once, by `onFault`. */
  readonly house: () => Promise<DuckHouse | undefined>
  /** Whether a file is what was written. */
  readonly isWhole: ReturnType<typeof watchFiles>
  readonly greatest: KnownGreatest
  readonly onFault: (fault: unknown, what: string) => void
  /** Figures that do not add up are asked of so many calls at once: DuckDB holds groups of that many in its memory. */
  readonly callsAtOnce: number
  /** Figures of fewer calls are asked of the tables. */
  readonly fewestCalls: number
}

const CALLS_AT_ONCE = 4_000_000
/** PostgreSQL reads them in the 10 ms that it takes to open the files of a day and ask. */
const FEWEST_CALLS = 10_000

/** A copy in `dataDir`/columns. Nothing is loaded until it is needed. */
export function columnCopy(dataDir: string, onFault: ColumnCopy['onFault'] = () => undefined): ColumnCopy {
  const dir = join(dataDir, 'columns')
  let opened: Promise<DuckHouse | undefined> | undefined
  const open = async () => {
    try {
      mkdirSync(dir, { recursive: true, mode: 0o700 })
      return await openDuck(dir)
    } catch (fault) {
      onFault(fault, 'DuckDB does not load: PostgreSQL answers everything, long questions take longer')
      return undefined
    }
  }
  return {
    dir,
    spill: join(dir, 'spill'),
    house: () => {
      opened ??= open()
      return opened
    },
    isWhole: watchFiles(),
    greatest: new Map(),
    onFault,
    callsAtOnce: CALLS_AT_ONCE,
    fewestCalls: FEWEST_CALLS,
  }
}

/** Files of days there are, for a person. */
export type CopyStanding = { readonly days: number; readonly bytes: number; readonly hoursBehind: number }

export async function copyStanding(db: Db): Promise<CopyStanding> {
  const { rows } = await db.pool.query<{ days: number; bytes: string; behind: number }>(
    `select count(*)::int as days, coalesce(sum(bytes), 0) as bytes,
       (select count(*)::int from (select distinct tenant_id, hour from column_hour) h) as behind from column_day`,
  )
  const { days, bytes, behind } = rows[0]!
  return { days, bytes: Number(bytes), hoursBehind: behind }
}
