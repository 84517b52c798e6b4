// Versions of a deck: what one changes, and when it counts. Calls that waited for a price are charged before the answer;
// the worker does it if this process is cut off before.

import { createRoute, z } from '@hono/zod-openapi'
import { activateRateDeck, placeAndRate } from '@tollbook/charging'
import { type Db, type Tx, transaction } from '@tollbook/db'
import { adoptFirstDeck, ensureDestinations } from '@tollbook/directory'
import { asTenantId, type TenantId } from '@tollbook/kernel'
import { diffVersions, type EditRefusal, editRates, type RateSet, rollBackTo, withdrawVersion } from '@tollbook/tariffs'
import type { ApiDeps } from '../api-deps.ts'
import { changesWithCalls } from '../changes-with-calls.ts'
import { given } from '../given.ts'
import { Refusal } from '../problem.ts'
import { cursorField, effectiveOf, idField, limitField, versionField } from '../query-fields.ts'
import { ownDeck, ownVersion, readDeck } from '../read-decks.ts'
import { access, json, jsonBody, newRouter } from '../router.ts'
import { ActivateRequest, DeckDetail, RateChangeKind, RateEdit, VersionDiff } from '../schemas/decks.ts'
import { DraftReport } from '../schemas/sheets.ts'
import { VersionParams, versionRefusal } from '../version-refusal.ts'
import type { DeckRow } from '../wire.ts'
import type * as wire from '../wire-tariffs.ts'

const tags = ['Rates']

const diff = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/decks/{id}/versions/{version}/diff',
  tags,
  summary: 'What a version changes, rate by rate, with the calls of the last impact that was counted for it',
  request: {
    params: VersionParams,
    query: z.object({
      against: versionField.optional().openapi({ description: 'Absent: the version in force, else the one before' }),
      kind: RateChangeKind.optional(),
      q: z.string().max(100).optional(),
      cursor: cursorField,
      limit: limitField(500, 100),
    }),
  },
  responses: { 200: json(VersionDiff, 'A page of changes, with the counts of all') },
})

const activate = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/decks/{id}/versions/{version}/activate',
  tags,
  summary: 'Put a draft into force from a moment on',
  request: { params: VersionParams, body: jsonBody(ActivateRequest) },
  responses: { 200: json(DeckDetail, 'The deck') },
})

const withdraw = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/decks/{id}/versions/{version}/withdraw',
  tags,
  summary: 'Take a version out of force, as if it had never been; what was charged by it stays charged',
  request: { params: VersionParams },
  responses: { 200: json(DeckDetail, 'The deck') },
})

const rollback = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/decks/{id}/versions/{version}/rollback',
  tags,
  summary: 'A new version with the rates of this one, in force from now',
  request: { params: VersionParams },
  responses: { 200: json(DeckDetail, 'The deck') },
})

const edit = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/decks/{id}/rates',
  tags,
  summary: 'A new version with some rates changed or removed',
  request: { params: z.object({ id: idField }), body: jsonBody(RateEdit) },
  responses: { 200: json(DraftReport, 'The new version') },
})

export function deckVersionRoutes({ db, clock }: ApiDeps) {
  const asked = (tenantId: number, { id, version }: { id: number; version: number }) => {
    return { tenantId: asTenantId(tenantId), deckId: id, version, nowMs: clock.now() }
  }
  return newRouter()
    .openapi(diff, async (c) => {
      const { q, against, ...page } = c.req.valid('query')
      const own = asked(c.get('tenant').tenantId, c.req.valid('param'))
      return c.json(await readDiff(db, own, { ...page, search: q, against }), 200)
    })
    .openapi(activate, async (c) => {
      const own = asked(c.get('tenant').tenantId, c.req.valid('param'))
      await ownVersion(db, own)
      const effectiveFrom = effectiveOf(c.req.valid('json').effectiveFrom)
      const done = await activateRateDeck(db, { ...own, effectiveFrom })
      if (!done.ok) throw versionRefusal(done.error)
      return c.json(await readDeck(db, own.tenantId, own.deckId, own.nowMs), 200)
    })
    .openapi(withdraw, async (c) => {
      const own = asked(c.get('tenant').tenantId, c.req.valid('param'))
      await ownVersion(db, own)
      const done = await transaction(db, (tx) => withdrawVersion(tx, own))
      if (!done.ok) throw versionRefusal(done.error)
      await placeAndRate(db, own.tenantId, own.nowMs)
      return c.json(await readDeck(db, own.tenantId, own.deckId, own.nowMs), 200)
    })
    .openapi(rollback, async (c) => {
      const own = asked(c.get('tenant').tenantId, c.req.valid('param'))
      await ownVersion(db, own)
      const note = `back to version ${own.version}`
      const done = await transaction(db, (tx) => rollBackTo(tx, { ...own, createdBy: c.get('user').email, note }))
      if (!done.ok) throw versionRefusal(done.error)
      await placeAndRate(db, own.tenantId, own.nowMs)
      return c.json(await readDeck(db, own.tenantId, own.deckId, own.nowMs), 200)
    })
    .openapi(edit, async (c) => {
      const tenantId = asTenantId(c.get('tenant').tenantId)
      const deck = await ownDeck(db, tenantId, c.req.valid('param').id)
      const { set = [], effectiveFrom, windows, ...change } = c.req.valid('json')
      const input = { ...change, deckId: deck.id, set: set.map(rateSet), effectiveFrom: effectiveOf(effectiveFrom) }
      const by = { nowMs: clock.now(), createdBy: c.get('user').email, windows: windows?.map(timeWindow) }
      const done = await editRates(db, { ...input, ...by }, async (tx, names) => {
        await adopt(tx, tenantId, deck)
        return ensureDestinations(tx, tenantId, names)
      })
      if (!done.ok) throw editRefusal(done.error)
      await placeAndRate(db, tenantId, by.nowMs)
      const { version, rates } = done.value
      return c.json({ deckId: deck.id, name: deck.name, version, rates, problems: [], problemCount: 0 }, 200)
    })
}

/** The first sell deck that is put into force is what the tenant sells by, as it is with an import. */
async function adopt(tx: Tx, tenantId: TenantId, { id, side, currency }: DeckRow): Promise<void> {
  if (side === 'sell') await adoptFirstDeck(tx, tenantId, { deckId: id, currency })
}

type Own = { readonly tenantId: TenantId; readonly deckId: number; readonly version: number; readonly nowMs: number }
type Page = {
  readonly against: number | undefined
  readonly kind?: wire.RateChangeKind | undefined
  readonly search: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

async function readDiff(db: Db, own: Own, page: Page): Promise<wire.VersionDiff> {
  const { deck } = await ownVersion(db, own)
  const { deckId, version } = own
  const inForce = deck.versions.find((v) => v.state === 'in-force')?.version ?? 0
  const before = deck.versions.find((v) => v.version < version && v.state !== 'draft')?.version ?? 0
  const against = page.against ?? (inForce === version ? before : inForce)
  if (against !== 0) await ownVersion(db, { ...own, version: against })
  const found = await diffVersions(db, { ...page, deckId, version, against })
  const { items, warnings } = await changesWithCalls(db, deck, { version, against }, found)
  return { deckId, version, against, counts: found.counts, items, next: found.next, warnings }
}

function timeWindow({ rules, ...window }: wire.WindowInfo) {
  return { ...window, rules: rules.map((rule) => given(rule)) }
}

function rateSet(rate: NonNullable<wire.RateEdit['set']>[number]): RateSet {
  const { effectiveFrom, validTo, tiers, match: _, window: __, ...rest } = rate
  return {
    ...rest,
    effectiveFromMs: effectiveFrom === undefined ? undefined : Date.parse(effectiveFrom),
    validToMs: validTo === undefined || validTo === null ? validTo : Date.parse(validTo),
    tiers: tiers?.map(({ incrementSeconds, ...tier }) => ({ ...tier, incrementS: incrementSeconds })),
  }
}

function editRefusal({ kind, message, at }: EditRefusal): Refusal {
  if (kind === 'no-such-deck' || kind === 'no-such-version') return new Refusal('not-found', message)
  return new Refusal('invalid', message, at === undefined ? [] : [{ field: `set.${at}`, message }])
}
