// Calls of different linkedids that are one: a telephone that transfers by a second call of its own leaves two. The events of
// the first show it; from then on both are told as one call, under the key of the older, and the other's row is gone.
//
// Which calls are joined is kept by linkedid, whether anything of the other is stored or not: so it does not matter which
// of them comes first. Only channel events show it; CDR rows alone stay two calls.

import { type Tx, uuidArray } from '@tollbook/db'
import { asCallKey, type CallKey, type SourceId } from '@tollbook/kernel'
import type { Call, FoundJoins } from './call.ts'
import { lockCallRows } from './change-legs.ts'
import { oldest } from './home-legs.ts'
import { type Attribute, type LegBatch, openedRange } from './leg-batch.ts'
import { callKeyOf } from './leg-key.ts'
import { removeCalls } from './remove-calls.ts'
import { restitch } from './restitch.ts'
import { moveTags } from './tags.ts'
import { epochOf } from './uniqueid.ts'

/**
 * Joins the calls touched by a batch with those they are one with. Answers with the calls that changed by it: the joined
 * ones, and those that are gone, in which nothing is charged any more.
 */
export async function joinCalls(tx: Tx, batch: LegBatch, found: FoundJoins, attribute: Attribute): Promise<Call[]> {
  await keepJoins(tx, batch.sourceId, found)
  const groups = await groupsTouched(tx, batch, found)
  const changed: Call[] = []
  for (const group of groups) changed.push(...(await joinGroup(tx, batch, group, attribute)))
  return changed
}

async function keepJoins(tx: Tx, sourceId: SourceId, found: FoundJoins): Promise<void> {
  const pairs = [...found].flatMap(([into, parts]) =>
    parts.filter((part) => isId(part) && part !== into).map((part) => [part, into] as const),
  )
  if (pairs.length === 0) return
  await tx.client.query(
    `insert into call_join (source_id, linkedid, into_linkedid)
     select $1, linkedid, into_linkedid from unnest($2::text[], $3::text[]) as n (linkedid, into_linkedid) order by 2, 3
     on conflict do nothing`,
    [sourceId, pairs.map(([part]) => part), pairs.map(([, into]) => into)],
  )
}

function isId(id: string): boolean {
  return epochOf(id) !== undefined
}

type Member = { readonly linkedid: string; readonly callKey: CallKey; readonly openedAtMs: number }

/** All linkedids joined with one that the batch touched, in groups; the oldest first in each. */
async function groupsTouched(tx: Tx, batch: LegBatch, found: FoundJoins): Promise<Member[][]> {
  const touched = new Set(found.keys())
  if (await anyJoins(tx, batch.sourceId)) {
    for (const { linkedid, uniqueid } of [...batch.legs, ...batch.cel]) touched.add(linkedid || uniqueid)
  }
  if (touched.size === 0) return []
  const { rows } = await tx.client.query<{ linkedid: string; into_linkedid: string }>(
    `with recursive joined as (
       select linkedid, into_linkedid from call_join
       where source_id = $1 and (linkedid = any($2::text[]) or into_linkedid = any($2::text[]))
       union
       select j.linkedid, j.into_linkedid from joined k join call_join j on j.source_id = $1
         and (j.linkedid in (k.linkedid, k.into_linkedid) or j.into_linkedid in (k.linkedid, k.into_linkedid)))
     select linkedid, into_linkedid from joined`,
    [batch.sourceId, [...touched]],
  )
  return groupsOf(rows.map((row) => [row.linkedid, row.into_linkedid])).map((ids) => {
    const first = oldest(ids)
    const inOrder = [first, ...[...ids].filter((id) => id !== first).sort()]
    return inOrder.map((linkedid) => memberOf(batch.sourceId, linkedid))
  })
}

async function anyJoins(tx: Tx, sourceId: SourceId): Promise<boolean> {
  const { rows } = await tx.client.query({
    name: 'any joins',
    text: 'select from call_join where source_id = $1 limit 1',
    values: [sourceId],
  })
  return rows.length > 0
}

function memberOf(sourceId: SourceId, linkedid: string): Member {
  const openedAtMs = epochOf(linkedid)! * 1000
  return { linkedid, openedAtMs, callKey: callKeyOf(openedAtMs, sourceId, linkedid) }
}

function groupsOf(pairs: readonly (readonly [string, string])[]): Set<string>[] {
  const groups: Set<string>[] = []
  for (const pair of pairs) {
    const met = groups.filter((group) => pair.some((id) => group.has(id)))
    const joined = new Set([...pair, ...met.flatMap((group) => [...group])])
    groups.splice(0, groups.length, ...groups.filter((group) => !met.includes(group)), joined)
  }
  return groups
}

/** The call of the first member tells the others too; while nothing of it is stored, they stay by themselves. */
async function joinGroup(tx: Tx, batch: LegBatch, group: readonly Member[], attribute: Attribute): Promise<Call[]> {
  const [first, ...others] = group
  const keys = group.map((member) => member.callKey)
  const range = openedRange(group)
  await lockCallRows(tx, keys, range)
  const { rows } = await tx.client.query<{ call_key: string; also_keys: string[] | null }>(
    'select call_key, also_keys from call where call_key = any($1::uuid[]) and opened_at between $2 and $3',
    [uuidArray(keys), ...range],
  )
  const root = rows.find((row) => row.call_key === first!.callKey)
  if (root === undefined) return []
  const gone = new Set(rows.filter((row) => row !== root).map((row) => asCallKey(row.call_key)))
  const also = await withFacts(tx, others)
  if ((root.also_keys ?? []).join() !== also.join()) {
    await tx.client.query('update call set also_keys = $3 where call_key = $1 and opened_at = $2', [
      first!.callKey,
      new Date(first!.openedAtMs),
      also.length === 0 ? null : also,
    ])
  }
  await moveTags(tx, new Map([...gone].map((key) => [key, first!.callKey])))
  const removed = await removeCalls(tx, batch, gone)
  return [...removed, ...(await restitch(tx, batch, new Set([first!.callKey]), attribute, 'merged'))]
}

/**
 * Keys under which anything is stored, in order. A channel whose beginning had not come when the call was told looks like
 * one of another call; there is none.
 */
async function withFacts(tx: Tx, members: readonly Member[]): Promise<CallKey[]> {
  if (members.length === 0) return []
  const { rows } = await tx.client.query<{ call_key: string }>(
    `select call_key from leg where call_key = any($1::uuid[]) and opened_at between $2 and $3
     union select call_key from cel where call_key = any($1::uuid[]) and opened_at between $2 and $3 order by 1`,
    [uuidArray(members.map((member) => member.callKey)), ...openedRange(members)],
  )
  return rows.map((row) => asCallKey(row.call_key))
}
