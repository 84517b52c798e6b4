// One deck with all its versions, and what of a deck may be changed while nothing is charged by it.

import type { Queryable, Tx } from '@tollbook/db'
import { currencyLetters, err, ok, type Result, type Rounding, type TenantId } from '@tollbook/kernel'
import type { TimeWindow } from '@tollbook/rating'
import { deckChanged, lockDeck } from './versions/change-deck.ts'
import { findDeckById, findVersions, type StoredDeck, type StoredVersion } from './versions/deck-versions.ts'
import { standingOf, timelineOf, type VersionStanding } from './versions/in-force.ts'

export type DeckVersion = Omit<StoredVersion, 'state'> & { readonly state: VersionStanding }

export type DeckDetail = Omit<StoredDeck, 'currency' | 'side' | 'quirks'> & {
  readonly side: 'sell' | 'buy'
  /** ISO 4217 letters. */
  readonly currency: string
  /** Windows and holidays of the version in force, or of the newest while there is none. */
  readonly windows: readonly TimeWindow[]
  readonly holidays: readonly string[]
  /** Newest first. */
  readonly versions: readonly DeckVersion[]
  /** Plans, carriers and accounts that use it, and whether it is the tenant's default. */
  readonly usedBy: readonly { readonly kind: 'default' | 'plan' | 'carrier' | 'account'; readonly name: string }[]
}

/** A deck of a tenant; undefined when it has none of that id. */
export async function deckDetail(
  db: Queryable,
  tenantId: TenantId | number,
  deckId: number,
  nowMs: number,
): Promise<DeckDetail | undefined> {
  const deck = await findDeckById(db, deckId)
  if (deck === undefined || deck.tenantId !== Number(tenantId)) return undefined
  const versions = await findVersions(db, deckId)
  const timeline = timelineOf(versions)
  const shown = versions.find((v) => v.version === deck.liveVersion) ?? versions.at(-1)
  const { quirks: _, ...rest } = deck
  return {
    ...rest,
    side: deck.side === 1 ? 'sell' : 'buy',
    currency: currencyLetters(deck.currency) ?? String(deck.currency),
    windows: shown?.windows ?? [],
    holidays: shown?.holidays ?? [],
    versions: versions.toReversed().map((v) => ({ ...v, state: standingOf(v, timeline, nowMs) })),
    usedBy: await usersOf(db, deck),
  }
}

async function usersOf({ q }: Queryable, { deckId, tenantId }: StoredDeck): Promise<DeckDetail['usedBy']> {
  const [tenant, plans, carriers, accounts] = await Promise.all([
    q
      .selectFrom('tenant')
      .select('name')
      .where('tenant_id', '=', tenantId)
      .where('sell_deck_id', '=', deckId)
      .execute(),
    q
      .selectFrom('tariff_plan as p')
      .select('p.name')
      .where('p.tenant_id', '=', tenantId)
      .where('p.plan_id', 'in', q.selectFrom('plan_deck').select('plan_id').where('deck_id', '=', deckId))
      .orderBy('p.name')
      .execute(),
    q
      .selectFrom('carrier')
      .select('name')
      .where('tenant_id', '=', tenantId)
      .where('buy_deck_id', '=', deckId)
      .orderBy('name')
      .execute(),
    q
      .selectFrom('account')
      .select('name')
      .where('tenant_id', '=', tenantId)
      .where('sell_deck_id', '=', deckId)
      .orderBy('name')
      .limit(USERS_SHOWN)
      .execute(),
  ])
  return [
    ...tenant.map(({ name }) => ({ kind: 'default' as const, name })),
    ...plans.map(({ name }) => ({ kind: 'plan' as const, name })),
    ...carriers.map(({ name }) => ({ kind: 'carrier' as const, name })),
    ...accounts.map(({ name }) => ({ kind: 'account' as const, name })),
  ]
}

/** Accounts named at most: a page lists some, and there may be thousands. */
const USERS_SHOWN = 100

export type DeckSettings = {
  readonly name?: string | undefined
  readonly zone?: string | undefined
  readonly rounding?: Rounding | undefined
  readonly places?: number | undefined
  readonly windowChoice?: 'start' | 'split' | undefined
}

export type SettingsRefusal = {
  readonly kind: 'no-such-deck' | 'in-force' | 'name-taken' | 'bad-settings'
  readonly message: string
}

/**
 * Changes a deck. Its name any time; what calls are priced by only while no version of it is active, for what was
 * charged must be explained later by what then stands.
 */
export async function changeDeckSettings(
  tx: Tx,
  deckId: number,
  settings: DeckSettings,
  nowMs: number,
): Promise<Result<void, SettingsRefusal>> {
  await lockDeck(tx, deckId)
  const deck = await findDeckById(tx, deckId)
  if (deck === undefined) return err({ kind: 'no-such-deck', message: `There is no deck ${deckId}.` })
  const { name = deck.name, zone = deck.zone, rounding = deck.rounding, places = deck.places } = settings
  const windowChoice = settings.windowChoice ?? deck.windowChoice
  const priced =
    zone !== deck.zone || rounding !== deck.rounding || places !== deck.places || windowChoice !== deck.windowChoice
  if (priced && (await findVersions(tx, deckId)).some((v) => v.state !== 'draft')) {
    return err({ kind: 'in-force', message: 'A deck that was in force keeps zone, rounding and places.' })
  }
  const fault = settingsFault({ name, zone, places })
  if (fault !== undefined) return err({ kind: 'bad-settings', message: fault })
  if (name.trim() !== deck.name) {
    const other = await tx.q
      .selectFrom('rate_deck')
      .select('deck_id')
      .where('tenant_id', '=', deck.tenantId)
      .where('name', '=', name.trim())
      .executeTakeFirst()
    if (other) return err({ kind: 'name-taken', message: `There is a deck "${name.trim()}" already.` })
  }
  const row = { name: name.trim(), zone, rounding, places, window_choice: windowChoice }
  await tx.q.updateTable('rate_deck').set(row).where('deck_id', '=', deckId).execute()
  await deckChanged(tx, deckId, nowMs)
  return ok(undefined)
}

/** What is wrong with a deck's name, zone or places, as a sentence; undefined when nothing is. */
export function settingsFault({
  name,
  zone = 'UTC',
  places = 0,
}: {
  readonly name: string
  readonly zone?: string
  readonly places?: number
}): string | undefined {
  if (name.trim() === '' || name.length > 200) return 'A deck needs a name of at most 200 characters.'
  if (!Number.isInteger(places) || places < 0 || places > 6) return 'Amounts have 0 to 6 places.'
  return isZone(zone) ? undefined : `There is no time zone "${zone}".`
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}
