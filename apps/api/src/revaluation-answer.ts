// A revaluation as the wire tells it: names for ids, sums per currency, its lines with what they are called.

import { type Revaluation, type RevaluationLine, revaluationLines } from '@tollbook/charging'
import type { Db } from '@tollbook/db'
import { addMoney, divideRounding, formatMoney, type Micros, parseMoney, subtractMoney, ZERO } from '@tollbook/kernel'
import { sql } from 'kysely'
import { iso } from './read-decks.ts'
import { lettersOf } from './session-info.ts'
import { unratedOf } from './wire-call.ts'
import type * as wire from './wire-tariffs.ts'

/** Lines that are summed: more accounts, or rates called, than a tenant has. */
const MOST_LINES = 200_000
const LINES_SHOWN = 500

/** `withLines` false: for lists, which show the sums only. */
export async function revaluationAnswer(db: Db, done: Revaluation, withLines: boolean): Promise<wire.Revaluation> {
  const { id, kind, state, scope, reason, createdBy, callsTotal, callsSeen, callsChanged, callsInvoiced, error } = done
  const lines = await linesOf(db, done)
  const { account, deck } = await namesOf(db, done)
  return {
    ...{ id, kind, state, reason, createdBy, callsTotal, callsSeen, callsChanged, callsInvoiced, error, account, deck },
    from: iso(scope.fromMs),
    to: iso(scope.toMs),
    version: scope.version ?? null,
    reasons: (scope.reasons ?? []).map(unratedOf),
    createdAt: iso(done.createdAtMs),
    finishedAt: done.finishedAtMs === undefined ? null : iso(done.finishedAtMs),
    totals: totalsOf(lines),
    lines: withLines ? await named(db, done, lines.slice(0, LINES_SHOWN)) : [],
  }
}

/** Per rate for an impact; for a rerate per account, or per carrier when only carriers are paid otherwise. */
async function linesOf(db: Db, { id, kind }: Revaluation): Promise<readonly RevaluationLine[]> {
  if (kind === 'impact') return revaluationLines(db, id, ['rate'], MOST_LINES)
  const lines = await revaluationLines(db, id, ['account', 'carrier'], MOST_LINES)
  const accounts = lines.filter((line) => line.part === 'account')
  return accounts.length > 0 ? accounts : lines
}

function totalsOf(lines: readonly RevaluationLine[]): wire.Revaluation['totals'] {
  const sums = new Map<number, { before: Micros; after: Micros }>()
  for (const line of lines) {
    const sum = sums.get(line.currency) ?? { before: ZERO, after: ZERO }
    const [before, after] = [addMoney(sum.before, parseMoney(line.old)), addMoney(sum.after, parseMoney(line.new))]
    sums.set(line.currency, { before, after })
  }
  return [...sums].map(([currency, { before, after }]) => ({
    currency: lettersOf(currency),
    old: formatMoney(before),
    new: formatMoney(after),
    difference: formatMoney(subtractMoney(after, before)),
    percent: percentOf(before, after),
  }))
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
