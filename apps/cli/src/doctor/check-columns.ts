// The doctor on the copy of the calls by columns: whether DuckDB loads on this machine, and how far the copy has come.

import type { Db } from '@tollbook/db'
import { columnCopy, copyStanding } from '@tollbook/stats/columns'
import { grouped } from '../text.ts'
import type { Check } from './check.ts'

const MIB = 1024 ** 2

/** Without the copy nothing is wrong, only slower. */
export async function checkColumns(db: Db, dataDir: string): Promise<Check> {
  const name = 'Copy by columns'
  let why = ''
  const house = await columnCopy(dataDir, (fault) => {
    why = (fault as Error).message.split('\n')[0] ?? ''
  }).house()
  if (house === undefined) {
    const detail = `DuckDB does not load here (${why}): PostgreSQL answers everything, long questions take longer`
    return { name, state: 'advice', detail }
  }
  const { days, bytes, hoursBehind } = await copyStanding(db)
  const behind = hoursBehind === 0 ? '' : `, ${grouped(hoursBehind)} hours behind`
  const detail = `DuckDB ${house.version.replace(/^v/, '')}, ${grouped(days)} days, ${grouped(Math.floor(bytes / MIB))} MiB${behind}`
  return { name, state: 'ok', detail }
}
