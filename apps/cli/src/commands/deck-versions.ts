// tollbook deck activate, withdraw, discard and rollback: which version counts from when. No rate is ever changed.

import { activateRateDeck, placeAndRate } from '@tollbook/charging'
import { transaction } from '@tollbook/db'
import type { Result } from '@tollbook/kernel'
import { type DeckDetail, discardDraft, rollBackTo, withdrawVersion } from '@tollbook/tariffs'
import {
  type Answer,
  type Args,
  type Command,
  CommandError,
  optional,
  type TenantSurroundings,
  UsageError,
} from '../command.ts'
import { effectiveFrom, localTime, sinceText } from '../effective.ts'
import { deckWords, findDeck, findVersion } from '../find-deck.ts'
import { rollUpAll } from '../roll-up-all.ts'
import { counted } from '../text.ts'

export const deckActivate: Command = {
  needs: 'tenant',
  help: `deck activate puts a draft into force.

  tollbook deck activate NAME V [--effective always|now|DATE] [--tenant SLUG] [--json]

  --effective    from when it counts: always, now (default), or a day or moment in the tenant's zone, also a past one

Calls that waited for a rate are charged at once. Calls that are charged stay as they are: see tollbook rerate.

  tollbook deck activate Retail 3 --effective 2026-12-01`,
  options: { effective: { type: 'string' } },
  run: activate,
}

export const deckWithdraw: Command = {
  needs: 'tenant',
  help: `deck withdraw takes a version out of force, or calls off one that is scheduled.

  tollbook deck withdraw NAME V [--tenant SLUG] [--json]

The version before it counts again, as if this one had never been; what was charged by it stays charged.`,
  options: {},
  run: withdraw,
}

export const deckDiscard: Command = {
  needs: 'tenant',
  help: `deck discard deletes a draft.

  tollbook deck discard NAME V [--tenant SLUG] [--json]`,
  options: {},
  run: discard,
}

export const deckRollback: Command = {
  needs: 'tenant',
  help: `deck rollback makes a new version with the rates of an old one, in force from now on.

  tollbook deck rollback NAME V [--note TEXT] [--tenant SLUG] [--json]`,
  options: { note: { type: 'string' } },
  run: rollBack,
}

type Named = { readonly deck: DeckDetail; readonly version: number }

async function named(args: Args, around: TenantSurroundings, verb: string): Promise<Named> {
  const { name, version } = deckWords(args, `deck ${verb} NAME V`, 2)
  const deck = version === undefined ? undefined : await findDeck(around, name)
  if (deck === undefined || version === undefined) throw new UsageError(`Which version? tollbook deck ${verb} NAME V`)
  return { deck, version: findVersion(deck, version).version }
}

type Refusal = { readonly kind: string; readonly message: string }

function done<T>(result: Result<T, Refusal>, next = ''): T {
  if (result.ok) return result.value
  throw new CommandError(result.error.kind, `${result.error.message}${next === '' ? '' : ` ${next}`}`)
}

async function activate(args: Args, around: TenantSurroundings): Promise<Answer> {
  const { db, clock, tenant } = around
  const from = effectiveFrom(args, tenant.zone) ?? 'now'
  const { deck, version } = await named(args, around, 'activate')
  const order = { tenantId: tenant.tenantId, deckId: deck.deckId, version, effectiveFrom: from, nowMs: clock.now() }
  const next = `To let the rates of an older version count again: tollbook deck rollback "${deck.name}" ${version}`
  const { effectiveFromMs, rated } = done(await activateRateDeck(db, order), next)
  await rollUpAll(db, clock)
  const effective = new Date(effectiveFromMs).toISOString()
  const past = effectiveFromMs < clock.now() && from !== 'now'
  const since = effectiveFromMs === 0 ? '' : ` --from ${localTime(effectiveFromMs, tenant.zone).slice(0, 10)}`
  const text = [
    `${deck.name}, version ${version}, is in force ${sinceText(from, tenant.zone, clock.now())}.`,
    ...(rated > 0 ? [`${counted(rated, 'call')} that had no rate: charged now.`] : []),
    ...(past
      ? [
          `Calls that were charged before stay as they are. To charge them anew: tollbook rerate --deck "${deck.name}"${since}`,
        ]
      : []),
  ]
  return {
    json: { deckId: deck.deckId, name: deck.name, version, effectiveFrom: effective, rated },
    text: text.join('\n'),
  }
}

/** What is in force after a change, in a sentence. */
async function afterwards(around: TenantSurroundings, name: string): Promise<{ inForce: number; text: string }> {
  const inForce = (await findDeck(around, name)).versions.find((v) => v.state === 'in-force')?.version ?? 0
  const none = `No version of ${name} is in force now: its calls wait for a rate.`
  return { inForce, text: inForce === 0 ? none : `Version ${inForce} is in force.` }
}

async function withdraw(args: Args, around: TenantSurroundings): Promise<Answer> {
  const { db, clock, tenant } = around
  const { deck, version } = await named(args, around, 'withdraw')
  const { deckId, name } = deck
  const nowMs = clock.now()
  const next =
    findVersion(deck, version).state === 'draft' ? `Delete the draft: tollbook deck discard "${name}" ${version}` : ''
  done(await transaction(db, (tx) => withdrawVersion(tx, { deckId, version, nowMs })), next)
  await placeAndRate(db, tenant.tenantId, nowMs)
  await rollUpAll(db, clock)
  const { inForce, text } = await afterwards(around, name)
  return {
    json: { deckId, name, withdrawn: version, inForce },
    text: `${name}, version ${version}, is withdrawn. ${text}`,
  }
}

async function discard(args: Args, around: TenantSurroundings): Promise<Answer> {
  const { deck, version } = await named(args, around, 'discard')
  const { deckId, name } = deck
  const next = `Only a draft can be deleted. To take it out of force: tollbook deck withdraw "${name}" ${version}`
  done(await transaction(around.db, (tx) => discardDraft(tx, { deckId, version })), next)
  return { json: { deckId, name, discarded: version }, text: `The draft, version ${version} of ${name}, is deleted.` }
}

async function rollBack(args: Args, around: TenantSurroundings): Promise<Answer> {
  const { db, clock, tenant } = around
  const { deck, version } = await named(args, around, 'rollback')
  const { deckId, name } = deck
  const [nowMs, note] = [clock.now(), optional(args, 'note') ?? '']
  const next = findVersion(deck, version).state === 'draft' ? `tollbook deck activate "${name}" ${version}` : ''
  const made = done(await transaction(db, (tx) => rollBackTo(tx, { deckId, version, nowMs, note })), next)
  const { rated } = await placeAndRate(db, tenant.tenantId, nowMs)
  await rollUpAll(db, clock)
  const text = `${name}, version ${made.version}, is in force from now on, with the rates of version ${version}.`
  return { json: { deckId, name, version: made.version, ratesOf: version, rated }, text }
}
