// The life of a version after it was written: activated from a moment, withdrawn, discarded while a draft, rolled back to.
// None of these touches a rate: a version that was written stays as it is.

import { type Db, type Tx, transaction } from '@tollbook/db'
import { err, ok, type Result } from '@tollbook/kernel'
import { deckChanged, inForce, lockDeck } from './change-deck.ts'

/** Why a version could not be moved. */
export type VersionRefusal = {
  readonly kind: 'no-such-version' | 'not-a-draft' | 'not-active' | 'still-a-draft'
  readonly message: string
}

/** From the beginning of time, from now, or from an instant in milliseconds, which may be past. */
export type EffectiveFrom = 'always' | 'now' | number

export function effectiveMs(from: EffectiveFrom, nowMs: number): number {
  return from === 'always' ? 0 : from === 'now' ? nowMs : from
}

export type Activation = {
  readonly deckId: number
  readonly version: number
  readonly effectiveFrom: EffectiveFrom
  readonly nowMs: number
}

/** Puts a draft into force from a moment on. From then on it counts, until a higher version does. */
export async function activateVersion(
  tx: Tx,
  { deckId, version, effectiveFrom, nowMs }: Activation,
): Promise<Result<{ readonly effectiveFromMs: number }, VersionRefusal>> {
  await lockDeck(tx, deckId)
  const state = await stateOf(tx, deckId, version)
  if (state === undefined) return err(noSuchVersion(version))
  if (state !== 'draft') return err({ kind: 'not-a-draft', message: `Version ${version} is no draft.` })
  const effectiveFromMs = effectiveMs(effectiveFrom, nowMs)
  await tx.q
    .updateTable('deck_version')
    .set({ state: 'active', effective_from: new Date(effectiveFromMs), activated_at: new Date(nowMs) })
    .where('deck_id', '=', deckId)
    .where('version', '=', version)
    .execute()
  await deckChanged(tx, deckId, nowMs)
  return ok({ effectiveFromMs })
}

type VersionAt = { readonly deckId: number; readonly version: number; readonly nowMs: number }

/** Takes an active version out of force, as if it had never been; what was charged by it stays charged. */
export async function withdrawVersion(
  tx: Tx,
  { deckId, version, nowMs }: VersionAt,
): Promise<Result<void, VersionRefusal>> {
  await lockDeck(tx, deckId)
  const state = await stateOf(tx, deckId, version)
  if (state === undefined) return err(noSuchVersion(version))
  if (state !== 'active') return err({ kind: 'not-active', message: `Version ${version} is not active.` })
  await tx.q
    .updateTable('deck_version')
    .set({ state: 'withdrawn' })
    .where('deck_id', '=', deckId)
    .where('version', '=', version)
    .execute()
  await deckChanged(tx, deckId, nowMs)
  return ok(undefined)
}

/** Deletes a draft and its rates. Nothing that was ever active can be deleted. */
export async function discardDraft(
  tx: Tx,
  { deckId, version }: Omit<VersionAt, 'nowMs'>,
): Promise<Result<void, VersionRefusal>> {
  await lockDeck(tx, deckId)
  const state = await stateOf(tx, deckId, version)
  if (state === undefined) return err(noSuchVersion(version))
  if (state !== 'draft') return err({ kind: 'not-a-draft', message: `Version ${version} is no draft.` })
  await tx.q.deleteFrom('rate').where('deck_id', '=', deckId).where('version', '=', version).execute()
  await tx.q.deleteFrom('deck_version').where('deck_id', '=', deckId).where('version', '=', version).execute()
  return ok(undefined)
}

export type RollBack = VersionAt & { readonly createdBy?: string; readonly note?: string }

/** A new version with the rates of an old one, in force from now on. The rates are shared, not copied. */
export async function rollBackTo(
  tx: Tx,
  { deckId, version, nowMs, createdBy = '', note = '' }: RollBack,
): Promise<Result<{ readonly version: number }, VersionRefusal>> {
  await lockDeck(tx, deckId)
  const state = await stateOf(tx, deckId, version)
  if (state === undefined) return err(noSuchVersion(version))
  if (state === 'draft') return err({ kind: 'still-a-draft', message: `Version ${version} is a draft: activate it.` })
  const { rows } = await tx.client.query<{ version: number }>(
    `insert into deck_version (deck_id, version, rates, rates_of, filename, windows, holidays, layout, origin, state,
                               effective_from, activated_at, created_at, created_by, note)
     select deck_id, (select max(version) + 1 from deck_version where deck_id = $1), rates,
            coalesce(rates_of, version), filename, windows, holidays, layout, 'rollback', 'active', $3, $3, $3, $4, $5
     from deck_version where deck_id = $1 and version = $2 returning version`,
    [deckId, version, new Date(nowMs), createdBy, note],
  )
  await deckChanged(tx, deckId, nowMs)
  return ok({ version: rows[0]!.version })
}

/**
 * Makes `live_version` follow versions whose moment has come; answers the decks that changed. Rating itself needs no
 * such tick: it looks at the timeline. Meant to be called every few seconds.
 */
export async function activateDue(db: Db, nowMs: number): Promise<readonly number[]> {
  const { rows } = await db.pool.query<{ deck_id: number }>(
    `select d.deck_id from rate_deck d where d.live_version <> ${inForce('d.deck_id', '$1')}`,
    [new Date(nowMs)],
  )
  for (const { deck_id } of rows) {
    await transaction(db, async (tx) => {
      await lockDeck(tx, deck_id)
      await deckChanged(tx, deck_id, nowMs)
    })
  }
  return rows.map((row) => row.deck_id)
}

async function stateOf(tx: Tx, deckId: number, version: number): Promise<string | undefined> {
  const found = await tx.q
    .selectFrom('deck_version')
    .select('state')
    .where('deck_id', '=', deckId)
    .where('version', '=', version)
    .executeTakeFirst()
  return found?.state
}

function noSuchVersion(version: number): VersionRefusal {
  return { kind: 'no-such-version', message: `There is no version ${version}.` }
}
