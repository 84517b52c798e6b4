// A revaluation as the wire tells it: names for ids, sums per currency, its lines with what they are called.

import { type Revaluation, type RevaluationLine, revaluationLines, type SumPart } from '@tollbook/charging'
import type { Db } from '@tollbook/db'
import { divideRounding, formatMoney, type Micros, parseMoney, subtractMoney, ZERO } from '@tollbook/kernel'
import { sql } from 'kysely'
import { iso } from './read-decks.ts'
import { lettersOf } from './session-info.ts'
import { unratedOf } from './wire-call.ts'
import type * as wire from './wire-tariffs.ts'

const LINES_SHOWN = 500

/** `withLines` false: for lists, which show the sums only. */
export async function revaluationAnswer(db: Db, done: Revaluation, withLines: boolean): Promise<wire.Revaluation> {
  const { id, kind, state, scope, reason, createdBy, callsTotal, callsSeen, callsChanged, callsInvoiced, error } = done
  const sums = await sumsOf(db, done)
  const part = sums[0]?.part
  const lines = withLines && part !== undefined ? await revaluationLines(db, id, [part], LINES_SHOWN) : []
  const { account, deck } = await namesOf(db, done)
  return {
    ...{ id, kind, state, reason, createdBy, callsTotal, callsSeen, callsChanged, callsInvoiced, error, account, deck },
    from: iso(scope.fromMs),
    to: iso(scope.toMs),
    version: scope.version ?? null,
    reasons: (scope.reasons ?? []).map(unratedOf),
    createdAt: iso(done.createdAtMs),
    finishedAt: done.finishedAtMs === undefined ? null : iso(done.finishedAtMs),
    totals: sums.map(totalOf),
    lines: lines.length === 0 ? [] : await named(db, done, lines),
  }
}

type Sum = { readonly part: SumPart; readonly currency: number; readonly before: string; readonly after: string }

/**
 * Sums of a part's lines, a row a currency; added up by PostgreSQL, for an impact has as many lines as rates were called.
 * By rate for an impact; by account for a rerate, or by carrier when only carriers are paid otherwise.
 */
async function sumsOf(db: Db, { id, kind }: Revaluation): Promise<readonly Sum[]> {
  const parts: readonly SumPart[] = kind === 'impact' ? ['rate'] : ['account', 'carrier']
  const rows = await db.q
    .selectFrom('revaluation_line')
    .select(['part', 'currency'])
    .select((e) => [e.fn.sum<string>('old_amount').as('before'), e.fn.sum<string>('new_amount').as('after')])
    .where('revaluation_id', '=', id)
    .where('part', 'in', parts)
    .groupBy(['part', 'currency'])
    .orderBy('part')
    .orderBy('currency')
    .execute()
  const sums = rows.map((row) => ({ ...row, part: row.part as SumPart }))
  return sums.filter((sum) => sum.part === sums[0]?.part)
}

function totalOf({ currency, before, after }: Sum): wire.Revaluation['totals'][number] {
  const [was, becomes] = [parseMoney(before), parseMoney(after)]
  return {
    currency: lettersOf(currency),
    old: before,
    new: after,
    difference: formatMoney(subtractMoney(becomes, was)),
    percent: percentOf(was, becomes),
  }
}

/** With one place, half up; null when there was nothing before. */
function percentOf(before: Micros, after: Micros): string | null {
  if (before === ZERO) return null
  const tenths = divideRounding((after - before) * 1000n, before < 0n ? -before : before, 'half-up')
  const size = tenths < 0n ? -tenths : tenths
  return `${tenths < 0n ? '-' : ''}${size / 10n}.${size % 10n}`
}

async function named(
  db: Db,
  done: Revaluation,
  lines: readonly RevaluationLine[],
): Promise<readonly wire.RevaluationLine[]> {
  const labels = done.kind === 'impact' ? await rateLabels(db, done, lines) : await partyLabels(db, done, lines)
  return lines.map((line) => ({
    key: line.key,
    label: labels.get(`${line.part} ${line.key}`) ?? line.key,
    currency: lettersOf(line.currency),
    ...{ calls: line.calls, seconds: line.seconds, old: line.old, new: line.new },
    difference: formatMoney(subtractMoney(parseMoney(line.new), parseMoney(line.old))),
    ...{ newlyRated: line.newlyRated, noLongerRated: line.noLongerRated },
  }))
}

/** Names of the destinations of rates: "35386 Ireland mobile". */
async function rateLabels(db: Db, { scope, tenantId }: Revaluation, lines: readonly RevaluationLine[]) {
  const prefixes = [...new Set(lines.map((line) => prefixOf(line.key)))]
  const { rows } = await sql<{ prefix: string; name: string }>`
    select distinct on (r.prefix) r.prefix, n.name
    from rate r join destination n on n.destination_id = r.destination_id and n.tenant_id = ${tenantId}
    where r.deck_id = ${scope.deckId ?? 0} and r.prefix = any(${prefixes.map((p) => (p === '*' ? '' : p))}::text[])
    order by r.prefix, r.version desc`.execute(db.q)
  const names = new Map(rows.map((row) => [row.prefix === '' ? '*' : row.prefix, row.name]))
  return new Map(lines.map(({ part, key }) => [`${part} ${key}`, names.get(prefixOf(key)) ?? key]))
}

function prefixOf(key: string): string {
  return key.split('/')[0] ?? key
}

async function partyLabels(db: Db, { tenantId }: Revaluation, lines: readonly RevaluationLine[]) {
  const ids = (part: string) => lines.filter((line) => line.part === part).map((line) => Number(line.key))
  const { rows } = await sql<{ part: string; id: number; label: string }>`
    select 'account' as part, account_id as id, case when name = code then code else code || ' ' || name end as label
    from account where tenant_id = ${tenantId} and account_id = any(${ids('account')}::int[])
    union all
    select 'carrier', carrier_id, name from carrier
    where tenant_id = ${tenantId} and carrier_id = any(${ids('carrier')}::int[])`.execute(db.q)
  return new Map(rows.map((row) => [`${row.part} ${row.id}`, row.label]))
}

async function namesOf(db: Db, { tenantId, scope }: Revaluation): Promise<Pick<wire.Revaluation, 'account' | 'deck'>> {
  const { accountId = 0, deckId = 0 } = scope
  const account = await db.q
    .selectFrom('account')
    .select(['account_id as id', 'code', 'name'])
    .where('tenant_id', '=', tenantId)
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  const deck = await db.q
    .selectFrom('rate_deck')
    .select(['deck_id as id', 'name'])
    .where('tenant_id', '=', tenantId)
    .where('deck_id', '=', deckId)
    .executeTakeFirst()
  return { account: account ?? null, deck: deck ?? null }
}
