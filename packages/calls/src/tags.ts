// Words that people put on calls. Nothing of money depends on them. Writes call_tag.

import { lockInTransaction, type Queryable, type Tx, uuidArray } from '@tollbook/db'
import { type CallKey, err, millisOfUuid, ok, type Result } from '@tollbook/kernel'
import { spellingsOfTag } from '@tollbook/selection'
import { openedRange } from './leg-batch.ts'

const MAX_CHARS = 40

/** A tag as it is kept: blanks at its ends are off. What a filter would read as something else is refused. */
export function parseTag(text: string): Result<string, { readonly kind: 'bad-tag'; readonly message: string }> {
  const tag = text.trim().replace(/\s+/g, ' ')
  const refused = (message: string) => err({ kind: 'bad-tag' as const, message })
  if (tag === '' || tag.length > MAX_CHARS) return refused(`a tag has 1 to ${MAX_CHARS} characters`)
  if (/[,\p{Cc}]/u.test(tag)) return refused('a tag holds no comma')
  if (tag.startsWith('!')) return refused('a tag does not begin with "!", which means "all but"')
  if (tag.toLowerCase() === 'none') return refused('"none" means calls without a tag')
  return ok(tag)
}

export type TagChange = {
  readonly tenantId: number
  readonly keys: readonly CallKey[]
  readonly add: readonly string[]
  readonly remove: readonly string[]
  /** Who did it, kept beside each tag. */
  readonly by: string
  readonly nowMs: number
}

/**
 * Adds and removes tags of these calls of the tenant; answers in how many calls anything changed. Others are left alone. A
 * tag is kept as it was spelled first: "VIP" where there is "vip" is that one. What is added is not removed.
 */
export async function tagCalls(tx: Tx, change: TagChange): Promise<number> {
  if (change.keys.length === 0) return 0
  await lockInTransaction(tx, `tags of ${change.tenantId}`)
  const keys = uuidArray([...new Set(change.keys)].sort())
  const add = await asSpelled(tx, change.tenantId, change.add)
  const remove = (await asSpelled(tx, change.tenantId, change.remove)).filter((tag) => !add.includes(tag))
  const range = openedRange(change.keys.map((key) => ({ openedAtMs: millisOfUuid(key) })))
  const { rows } = await tx.client.query<{ call_key: string }>(
    `with asked as (
       select call_key, opened_at from call
       where tenant_id = $1 and call_key = any($2::uuid[]) and opened_at between $3 and $4
       order by call_key for key share
     ), gone as (
       delete from call_tag t using asked a
       where t.call_key = a.call_key and t.opened_at = a.opened_at and t.tag = any($6::text[]) returning t.call_key
     ), come as (
       insert into call_tag (call_key, opened_at, tag, tenant_id, tagged_by, tagged_at)
       select call_key, opened_at, tag, $1, $7, $8 from asked, unnest($5::text[]) tag
       on conflict do nothing returning call_key
     )
     select call_key from gone union select call_key from come`,
    [change.tenantId, keys, ...range, add, remove, change.by, new Date(change.nowMs)],
  )
  return rows.length
}

/** Each tag once, as it is spelled already. */
async function asSpelled(tx: Tx, tenantId: number, tags: readonly string[]): Promise<readonly string[]> {
  const spelled = new Map<string, string>()
  for (const tag of tags) {
    const [known = tag] = await spellingsOfTag(tx, tenantId, tag)
    const plain = tag.toLowerCase()
    if (!spelled.has(plain)) spelled.set(plain, known)
  }
  return [...spelled.values()]
}

/** The tags there are, by how many calls have them. */
export async function listTags(
  db: Queryable,
  tenantId: number,
): Promise<readonly { readonly tag: string; readonly calls: number }[]> {
  const rows = await db.q
    .selectFrom('call_tag')
    .select((e) => ['tag', e.fn.countAll<string>().as('calls')])
    .where('tenant_id', '=', tenantId)
    .groupBy('tag')
    .orderBy('calls', 'desc')
    .orderBy('tag')
    .execute()
  return rows.map(({ tag, calls }) => ({ tag, calls: Number(calls) }))
}

/** What was on calls that are told under another key from now on goes with them. */
export async function moveTags(tx: Tx, moves: ReadonlyMap<CallKey, CallKey>): Promise<void> {
  if (moves.size === 0) return
  const from = [...moves.keys()]
  await tx.client.query(
    `with moved as (
       delete from call_tag t using unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as m (before, after, opened)
       where t.call_key = m.before and t.opened_at between $4 and $5 returning m.after, m.opened, t.*
     )
     insert into call_tag (call_key, opened_at, tag, tenant_id, tagged_by, tagged_at)
     select after, opened, tag, tenant_id, tagged_by, tagged_at from moved on conflict do nothing`,
    [
      uuidArray(from),
      uuidArray([...moves.values()]),
      [...moves.values()].map((key) => new Date(millisOfUuid(key))),
      ...openedRange(from.map((key) => ({ openedAtMs: millisOfUuid(key) }))),
    ],
  )
}
