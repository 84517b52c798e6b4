// Tariff plans: what an account is sold, as a list of decks, blocked prefixes and packages. Written whole, never in part.

import { nextId, type Tx } from '@tollbook/db'
import { err, ok, parseDecimal, type Result, type TenantId } from '@tollbook/kernel'
import { dialPattern } from '@tollbook/rating'
import { plansChanged } from '../versions/change-deck.ts'

/** A deck of a plan. Markup and margin are over a buy deck: percent of the price, and amounts a minute and a call. */
export type PlanDeck = {
  readonly deckId: number
  readonly markupKind: 'none' | 'markup' | 'margin'
  /** Decimals as text. */
  readonly markupPercent: string
  readonly markupPerMinute: string
  readonly markupPerCall: string
  /** Places the marked-up price per minute is rounded to, 0 to 10. */
  readonly pricePlaces: number
}

export type PlanPackage = {
  /** 0 = a new one. What is used of a package is kept by its id. */
  readonly packageId: number
  readonly name: string
  readonly kind: 'seconds' | 'calls' | 'unlimited'
  readonly amount: number
  readonly period: 'day' | 'week' | 'month'
  /** Day of the month, 1 to 31, or ISO weekday. */
  readonly startDay: number
  /** Digits or patterns; empty = every number. */
  readonly prefixes: readonly string[]
  readonly validFromMs: number
  readonly validToMs?: number | undefined
}

export type PlanInput = {
  /** Absent = a new plan. */
  readonly planId?: number | undefined
  readonly name: string
  readonly choice: 'order' | 'longest' | 'lcr' | 'lcd'
  readonly expectedSeconds: number
  /** In order of preference. */
  readonly decks: readonly PlanDeck[]
  readonly blocked: readonly { readonly prefix: string; readonly note: string }[]
  readonly packages: readonly PlanPackage[]
}

export type PlanRefusal = {
  readonly kind: 'no-such-plan' | 'name-taken' | 'no-such-deck' | 'mixed-currencies' | 'bad-plan' | 'in-use'
  readonly message: string
}

/** Makes a plan or replaces one. All its decks are of the tenant and in one currency. */
export async function savePlan(
  tx: Tx,
  tenantId: TenantId | number,
  plan: PlanInput,
  nowMs: number,
): Promise<Result<number, PlanRefusal>> {
  const fault = faultOf(plan) ?? (await storedFault(tx, tenantId, plan))
  if (fault) return err(fault)
  const planId = plan.planId ?? (await nextId(tx, 'plan'))
  const row = { name: plan.name.trim(), choice: plan.choice, expected_s: plan.expectedSeconds }
  const changed_at = new Date(nowMs)
  if (plan.planId === undefined) {
    const made = { ...row, plan_id: planId, tenant_id: Number(tenantId), created_at: changed_at, changed_at }
    await tx.q.insertInto('tariff_plan').values(made).execute()
  } else {
    const kept = tx.q.updateTable('tariff_plan').set({ ...row, changed_at })
    const { numUpdatedRows } = await kept
      .where('plan_id', '=', planId)
      .where('tenant_id', '=', tenantId)
      .executeTakeFirstOrThrow()
    if (numUpdatedRows === 0n) return err({ kind: 'no-such-plan', message: `There is no plan ${planId}.` })
  }
  await writeDecks(tx, planId, plan)
  await writeBlocks(tx, planId, plan)
  await writePackages(tx, planId, plan)
  await plansChanged(tx)
  return ok(planId)
}

/** Deletes a plan that no account and no tenant is sold by. */
export async function deletePlan(
  tx: Tx,
  tenantId: TenantId | number,
  planId: number,
): Promise<Result<void, PlanRefusal>> {
  const { rows } = await tx.client.query<{ accounts: number; tenants: number }>(
    `select (select count(*)::int from account where tenant_id = $1 and plan_id = $2) as accounts,
            (select count(*)::int from tenant where tenant_id = $1 and plan_id = $2) as tenants`,
    [tenantId, planId],
  )
  const { accounts, tenants } = rows[0]!
  if (tenants > 0) return err({ kind: 'in-use', message: 'The plan is the default of all accounts.' })
  if (accounts > 0) {
    return err({
      kind: 'in-use',
      message: `${accounts === 1 ? '1 account is' : `${accounts} accounts are`} sold by it.`,
    })
  }
  const { numDeletedRows } = await tx.q
    .deleteFrom('tariff_plan')
    .where('tenant_id', '=', tenantId)
    .where('plan_id', '=', planId)
    .executeTakeFirstOrThrow()
  if (numDeletedRows === 0n) return err({ kind: 'no-such-plan', message: `There is no plan ${planId}.` })
  await plansChanged(tx)
  return ok(undefined)
}

/** More decks, blocks or packages than anybody reads are a slip. */
const MOST = { decks: 50, blocked: 1000, packages: 50 } as const
const PLACES = { markupPercent: 4, markupPerMinute: 10, markupPerCall: 10 } as const

function faultOf(plan: PlanInput): PlanRefusal | undefined {
  const bad = (message: string): PlanRefusal => ({ kind: 'bad-plan', message })
  if (plan.name.trim() === '' || plan.name.length > 200) return bad('A plan needs a name of at most 200 characters.')
  if (!isWhole(plan.expectedSeconds, 1, 86_400)) return bad('The expected call is 1 to 86400 seconds long.')
  if (plan.decks.length === 0) return bad('A plan needs at least one deck.')
  for (const part of ['decks', 'blocked', 'packages'] as const) {
    if (plan[part].length > MOST[part]) return bad(`A plan has at most ${MOST[part]} ${part}.`)
  }
  const prefixes = [...plan.blocked.map((b) => b.prefix), ...plan.packages.flatMap((p) => p.prefixes)]
  const wrong = prefixes.find((prefix) => !/^\d{1,64}$/.test(prefix) && !dialPattern(prefix).ok)
  if (wrong !== undefined) return bad(`"${wrong}" is neither digits nor a pattern.`)
  if (new Set(plan.blocked.map((b) => b.prefix)).size < plan.blocked.length) return bad('A prefix is blocked twice.')
  return plan.decks.map(deckTermsFault).find((f) => f) ?? plan.packages.map(packageFault).find((f) => f)
}

function deckTermsFault(deck: PlanDeck): PlanRefusal | undefined {
  const bad = (message: string): PlanRefusal => ({ kind: 'bad-plan', message })
  for (const [field, places] of Object.entries(PLACES)) {
    const text = deck[field as keyof typeof PLACES]
    const value = parseDecimal(text)
    if (value === undefined || value.scale > places || text.length > 15) return bad(`${field} "${text}" is no decimal.`)
  }
  const percent = parseDecimal(deck.markupPercent)!
  if (deck.markupKind === 'margin' && percent.units >= 100n * 10n ** BigInt(percent.scale)) {
    return bad('A margin is below 100 per cent.')
  }
  const negative = [deck.markupPerMinute, deck.markupPerCall].some((text) => text.startsWith('-'))
  if (negative || (deck.markupKind === 'markup' && percent.units < -100n * 10n ** BigInt(percent.scale))) {
    return bad('A markup makes no price negative: at least -100 per cent, and nothing less than 0 a minute or a call.')
  }
  return isWhole(deck.pricePlaces, 0, 10) ? undefined : bad('Prices have 0 to 10 places.')
}

function packageFault(pack: PlanPackage): PlanRefusal | undefined {
  const bad = (message: string): PlanRefusal => ({ kind: 'bad-plan', message: `Package "${pack.name}": ${message}` })
  if (pack.name.trim() === '') return { kind: 'bad-plan', message: 'A package needs a name.' }
  if (!isWhole(pack.amount, 0, 2_000_000_000)) return bad('its amount is a whole number.')
  if (!isWhole(pack.startDay, 1, pack.period === 'week' ? 7 : 31)) return bad('there is no such day to start on.')
  if (pack.validToMs !== undefined && pack.validToMs <= pack.validFromMs) return bad('it ends before it begins.')
  return undefined
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most
}

/** Everything is looked at before anything is written: a refusal leaves nothing behind. */
async function storedFault(tx: Tx, tenantId: number, plan: PlanInput): Promise<PlanRefusal | undefined> {
  return (
    (await deckFault(tx, tenantId, plan)) ??
    (await nameFault(tx, tenantId, plan)) ??
    (await packageIdFault(tx, tenantId, plan))
  )
}

async function packageIdFault(tx: Tx, tenantId: number, plan: PlanInput): Promise<PlanRefusal | undefined> {
  const before = await tx.q
    .selectFrom('plan_package as k')
    .innerJoin('tariff_plan as p', 'p.plan_id', 'k.plan_id')
    .select('k.package_id')
    .where('p.plan_id', '=', plan.planId ?? 0)
    .where('p.tenant_id', '=', tenantId)
    .execute()
  const own = new Set(before.map((row) => row.package_id))
  const ids = plan.packages.map((p) => p.packageId).filter((id) => id !== 0)
  const foreign = ids.find((id, i) => !own.has(id) || ids.indexOf(id) !== i)
  return foreign === undefined ? undefined : { kind: 'bad-plan', message: `Package ${foreign} is not of this plan.` }
}

async function deckFault(tx: Tx, tenantId: number, { decks }: PlanInput): Promise<PlanRefusal | undefined> {
  const ids = [...new Set(decks.map((d) => d.deckId))]
  const rows = await tx.q
    .selectFrom('rate_deck')
    .select(['deck_id', 'currency'])
    .where('tenant_id', '=', tenantId)
    .where('deck_id', 'in', ids)
    .execute()
  const missing = ids.find((id) => !rows.some((row) => row.deck_id === id))
  if (missing !== undefined) return { kind: 'no-such-deck', message: `There is no deck ${missing}.` }
  if (new Set(rows.map((row) => row.currency)).size <= 1) return undefined
  return { kind: 'mixed-currencies', message: 'All decks of a plan have to be in one currency.' }
}

async function nameFault(tx: Tx, tenantId: number, { planId = 0, name }: PlanInput): Promise<PlanRefusal | undefined> {
  const other = await tx.q
    .selectFrom('tariff_plan')
    .select('plan_id')
    .where('tenant_id', '=', tenantId)
    .where('name', '=', name.trim())
    .where('plan_id', '<>', planId)
    .executeTakeFirst()
  return other && { kind: 'name-taken', message: `There is a plan "${name.trim()}" already.` }
}

async function writeDecks(tx: Tx, planId: number, { decks }: PlanInput): Promise<void> {
  await tx.q.deleteFrom('plan_deck').where('plan_id', '=', planId).execute()
  const rows = decks.map((deck, i) => ({
    plan_id: planId,
    position: i + 1,
    deck_id: deck.deckId,
    markup_kind: deck.markupKind,
    markup_percent: deck.markupPercent,
    markup_per_minute: deck.markupPerMinute,
    markup_per_call: deck.markupPerCall,
    price_places: deck.pricePlaces,
  }))
  await tx.q.insertInto('plan_deck').values(rows).execute()
}

async function writeBlocks(tx: Tx, planId: number, { blocked }: PlanInput): Promise<void> {
  await tx.q.deleteFrom('plan_block').where('plan_id', '=', planId).execute()
  if (blocked.length === 0) return
  const rows = blocked.map(({ prefix, note }) => ({ plan_id: planId, prefix, note: note.slice(0, 500) }))
  await tx.q.insertInto('plan_block').values(rows).execute()
}

/** Packages keep their ids, for what was used of them is kept by those. */
async function writePackages(tx: Tx, planId: number, { packages }: PlanInput): Promise<void> {
  await tx.q.deleteFrom('plan_package').where('plan_id', '=', planId).execute()
  for (const [i, pack] of packages.entries()) {
    const row = {
      package_id: pack.packageId === 0 ? await nextId(tx, 'package') : pack.packageId,
      plan_id: planId,
      position: i + 1,
      name: pack.name.trim().slice(0, 200),
      kind: pack.kind,
      amount: pack.kind === 'unlimited' ? 0 : pack.amount,
      period: pack.period,
      start_day: pack.startDay,
      prefixes: [...pack.prefixes],
      valid_from: new Date(pack.validFromMs),
      valid_to: pack.validToMs === undefined ? null : new Date(pack.validToMs),
    }
    await tx.q.insertInto('plan_package').values(row).execute()
  }
}
