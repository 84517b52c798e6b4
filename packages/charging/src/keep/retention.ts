// How long calls are kept. Whole months older than the rule are detached: calls and what belongs to them, never charges,
// entries, invoices and figures. What was detached lies aside until somebody has it dropped.

import { type Db, detachMonth, dropDetached, monthOf, monthParts, transaction } from '@tollbook/db'
import { forgetMonth } from '@tollbook/stats/columns'

/** Partitioned by the opening of the call, but money: what a call cost is kept as long as the books. */
const STAYS = new Set(['charge'])

export type DetachedMonth = {
  readonly month: string
  readonly rows: number
  readonly bytes: number
  readonly detachedAtMs: number
  readonly droppedAtMs: number | undefined
}

/** A month that the rule would detach, and what of it is not finished. */
export type DueMonth = {
  readonly month: string
  readonly calls: number
  readonly bytes: number
  /** Hours not in the figures yet, to two days after (local days begin in the month): it waits for them. */
  readonly touchedHours: number
  /** Calls without a price, which will never have one then. */
  readonly unrated: number
  /** Entries on no invoice; they stay, and so do their charges. */
  readonly openEntries: number
}

export type RetentionStanding = {
  /** Undefined = everything is kept. */
  readonly keepMonths: number | undefined
  /** First and last month there are tables for. */
  readonly first: string | undefined
  readonly last: string | undefined
  readonly due: readonly DueMonth[]
  readonly detached: readonly DetachedMonth[]
}

/** Sets the rule; undefined = keep everything. */
export async function setRetention(db: Db, keepMonths: number | undefined, nowMs: number): Promise<void> {
  if (keepMonths === undefined) await db.q.deleteFrom('retention').execute()
  else {
    const rule = { keep_months: keepMonths, changed_at: new Date(nowMs) }
    await db.q
      .insertInto('retention')
      .values({ one_row: true, ...rule })
      .onConflict((c) => c.column('one_row').doUpdateSet(rule))
      .execute()
  }
}

/** The rule, what it would do now and what it has done. `keepMonths` asks by another rule than that in force. */
export async function retentionStanding(db: Db, nowMs: number, keepMonths?: number): Promise<RetentionStanding> {
  const rule = keepMonths ?? (await ruleInForce(db))
  const parts = await partsOfCalls(db)
  const months = [...new Set(parts.map((part) => part.month))]
  const due = rule === undefined ? [] : months.filter((month) => month < oldestKept(nowMs, rule))
  const bytes = (month: string) => parts.reduce((sum, part) => sum + (part.month === month ? part.bytes : 0), 0)
  return {
    keepMonths: rule,
    first: months[0],
    last: months.at(-1),
    due: await Promise.all(
      due.map(async (month) => ({ month, bytes: bytes(month), ...(await unfinished(db, month)) })),
    ),
    detached: await detachedMonths(db),
  }
}

/**
 * Detaches the oldest month that is due and answers it; undefined = none is, or it waits for its figures. Throws when a
 * long question holds a table: come back later.
 */
export async function detachNext(db: Db, nowMs: number): Promise<string | undefined> {
  const rule = await ruleInForce(db)
  if (rule === undefined) return undefined
  const parts = (await partsOfCalls(db)).filter((part) => part.month < oldestKept(nowMs, rule))
  const month = parts[0]?.month
  if (month === undefined || (await unfinished(db, month)).touchedHours > 0) return undefined
  const tables = parts.filter((part) => part.month === month).map((part) => part.table)
  return await transaction(db, async (tx) => {
    const done = await detachMonth(tx, month, tables)
    for (const { table, rows, bytes } of done) {
      const row = { month, table_name: table, row_count: rows, bytes, detached_at: new Date(nowMs) }
      await tx.q
        .insertInto('detached_month')
        .values(row)
        .onConflict((c) => c.doNothing())
        .execute()
    }
    await forgetMonth(tx, month)
    await tx.client.query('delete from call_unrated where opened_at >= $1 and opened_at < $2', bounds(month))
    return month
  })
}

/** Deletes months that were detached before, and nothing else; answers those that were there. */
export async function dropMonths(db: Db, months: readonly string[], nowMs: number): Promise<readonly string[]> {
  const dropped = new Set<string>()
  const rows = await db.q.selectFrom('detached_month').selectAll().where('dropped_at', 'is', null).execute()
  for (const { month, table_name: table } of rows.filter((row) => months.includes(row.month))) {
    await transaction(db, async (tx) => {
      await dropDetached(tx, month, table)
      await tx.q
        .updateTable('detached_month')
        .set({ dropped_at: new Date(nowMs) })
        .where('month', '=', month)
        .where('table_name', '=', table)
        .execute()
    })
    dropped.add(month)
  }
  return [...dropped].sort()
}

async function ruleInForce(db: Db): Promise<number | undefined> {
  return (await db.q.selectFrom('retention').select('keep_months').executeTakeFirst())?.keep_months
}

/** The running month and as many whole ones before it as the rule says. */
function oldestKept(nowMs: number, keepMonths: number): string {
  const now = new Date(nowMs)
  return monthOf(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - keepMonths, 1))
}

async function partsOfCalls(db: Db) {
  return (await monthParts(db, 'opened_at')).filter((part) => !STAYS.has(part.table))
}

function bounds(month: string): [Date, Date] {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return [new Date(Date.UTC(year, number - 1, 1)), new Date(Date.UTC(year, number, 1))]
}

async function unfinished(db: Db, month: string): Promise<Omit<DueMonth, 'month' | 'bytes'>> {
  const { rows } = await db.pool.query<Omit<DueMonth, 'month' | 'bytes'>>(
    `select (select count(*)::int from call where opened_at >= $1 and opened_at < $2) as calls,
       (select count(*)::int from touched_hour where hour >= $1 and hour < $2 + interval '2 days') as "touchedHours",
       (select count(*)::int from call_unrated where opened_at >= $1 and opened_at < $2) as unrated,
       (select count(*)::int from ledger_entry e where e.effective_at >= $1 and e.effective_at < $2 and not exists (
         select from invoiced_entry i where i.account_id = e.account_id and i.entry_key = e.entry_key
           and i.effective_at = e.effective_at)) as "openEntries"`,
    bounds(month),
  )
  return rows[0]!
}

async function detachedMonths(db: Db): Promise<readonly DetachedMonth[]> {
  const { rows } = await db.pool.query<{ month: string; rows: string; bytes: string; at: Date; dropped: Date | null }>(
    `select month, sum(row_count) as rows, sum(bytes) as bytes, min(detached_at) as at, min(dropped_at) as dropped
     from detached_month group by month order by month`,
  )
  return rows.map(({ month, rows: count, bytes, at, dropped }) => ({
    ...{ month, rows: Number(count), bytes: Number(bytes) },
    ...{ detachedAtMs: at.getTime(), droppedAtMs: dropped?.getTime() },
  }))
}
