// Forward-only migrations: numbered SQL files, applied once each, in order, under a lock, each in one transaction.

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Db, transaction } from './connect.ts'
import { lockInTransaction } from './locks.ts'

/** What a migration run did. */
export type Migrated = { readonly applied: readonly string[]; readonly already: number }

/**
 * Brings the database up to the files in `folder` (`0001-name.sql`, each number once).
 * Throws when a file that was applied has been changed since, or is missing: the history of a schema is not edited.
 */
export async function migrate(db: Db, folder: string): Promise<Migrated> {
  const files = (await readdir(folder)).filter((f) => /^\d{4}-[a-z0-9-]+\.sql$/.test(f)).sort()
  files.forEach((file, i) => {
    // A number may be free for a while: what is made at once on several branches arrives in any order.
    if (files[i - 1]?.slice(0, 4) === file.slice(0, 4)) throw new Error(`migration ${file} has a number that is taken`)
  })
  await db.pool.query(
    `create table if not exists migration (name text primary key, digest text not null, applied_at timestamptz not null default now())`,
  )
  await db.pool.query(`comment on table migration is 'local'`)
  const applied: string[] = []
  let already = 0
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8')
    const digest = createHash('sha256').update(text).digest('hex')
    const done = await transaction(db, async (tx) => {
      await lockInTransaction(tx, 'migrate')
      const { rows } = await tx.client.query<{ digest: string }>('select digest from migration where name = $1', [file])
      if (rows[0]) {
        if (rows[0].digest !== digest) throw new Error(`migration ${file} was changed after it had been applied`)
        return false
      }
      await tx.client.query(text)
      await tx.client.query('insert into migration (name, digest) values ($1, $2)', [file, digest])
      return true
    })
    if (done) applied.push(file)
    else already++
  }
  return { applied, already }
}
