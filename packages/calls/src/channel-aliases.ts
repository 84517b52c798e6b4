// Table channel_alias: of which calls a channel was part. Kept from the first record of a source that tells no linkedid; then
// what is stored is gone through once. Also the lock under which legs of such a source find their call.

import { lockInTransaction, type Tx } from '@tollbook/db'
import type { SourceId } from '@tollbook/kernel'
import { epochOf } from './uniqueid.ts'

/** Uniqueid of a channel → linkedids other than itself. */
export type Aliases = ReadonlyMap<string, ReadonlySet<string>>

/**
 * Answers whether aliases are kept for this source; they are from now on when records come that `lack` a linkedid. While
 * they are, one transaction at a time brings legs of the source: a leg and the event that tells its call may come at once
 * by two ways, and neither would see the other. Must be called before anything else is locked. `tell`: records that name
 * a linkedid other than their own; these must not slip by while somebody begins to keep them.
 */
export async function holdAliases(tx: Tx, sourceId: SourceId, lack: boolean, tell: boolean): Promise<boolean> {
  if (!lack && !(await areKept(tx, sourceId))) {
    if (!tell) return false
    await lockInTransaction(tx, lockName(sourceId), 'shared')
    if (!(await areKept(tx, sourceId))) return false
  }
  await lockInTransaction(tx, lockName(sourceId))
  if (!(await areKept(tx, sourceId))) await beginToKeep(tx, sourceId)
  return true
}

function lockName(sourceId: SourceId): string {
  return `aliases of source ${sourceId}`
}

async function areKept(tx: Tx, sourceId: SourceId): Promise<boolean> {
  const { rowCount } = await tx.client.query({
    name: 'aliases kept',
    text: `select from channel_alias where source_id = $1 and uniqueid = '' and linkedid = ''`,
    values: [sourceId],
  })
  return rowCount === 1
}

/** Everything known of the source is gone through, once in its life. */
async function beginToKeep(tx: Tx, sourceId: SourceId): Promise<void> {
  await tx.client.query(
    `insert into channel_alias (source_id, uniqueid, linkedid)
     select $1::smallint, '', ''
     union select source_id, uniqueid, linkedid from leg
       where source_id = $1 and linkedid <> uniqueid and linkedid <> '' and uniqueid <> ''
     union select source_id, uniqueid, linkedid from cel
       where source_id = $1 and linkedid <> uniqueid and linkedid <> '' and uniqueid <> ''
     on conflict do nothing`,
    [sourceId],
  )
}

/** Keeps these aliases; answers with the channels that have a new one. */
export async function insertAliases(tx: Tx, sourceId: SourceId, aliases: Aliases): Promise<Set<string>> {
  const pairs = [...aliases].flatMap(([uniqueid, linkedids]) => [...linkedids].map((id) => [uniqueid, id] as const))
  if (pairs.length === 0) return new Set()
  const { rows } = await tx.client.query<{ uniqueid: string }>(
    `insert into channel_alias (source_id, uniqueid, linkedid)
     select $1, u, l from unnest($2::text[], $3::text[]) as a (u, l) order by u, l
     on conflict do nothing returning uniqueid`,
    [sourceId, pairs.map(([uniqueid]) => uniqueid), pairs.map(([, linkedid]) => linkedid)],
  )
  return new Set(rows.map((row) => row.uniqueid))
}

/** The aliases of these channels; those without any are absent. */
export async function aliasesOf(tx: Tx, sourceId: SourceId, uniqueids: Iterable<string>): Promise<Aliases> {
  const { rows } = await tx.client.query<{ uniqueid: string; linkedid: string }>({
    name: 'aliases of channels',
    text: `select uniqueid, linkedid from channel_alias where source_id = $1 and uniqueid = any($2::text[])`,
    values: [sourceId, [...uniqueids]],
  })
  const aliases = new Map<string, Set<string>>()
  for (const { uniqueid, linkedid } of rows) {
    // Ids without an epoch (another make of PBX) give no call key by themselves, so such legs stay where they are.
    if (epochOf(uniqueid) === undefined || epochOf(linkedid) === undefined) continue
    const same = aliases.get(uniqueid)
    if (same) same.add(linkedid)
    else aliases.set(uniqueid, new Set([linkedid]))
  }
  return aliases
}
