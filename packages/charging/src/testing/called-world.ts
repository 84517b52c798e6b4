// A tenant with a carrier, a trunk and accounts, and calls made in it without their legs: what tests of charging stand on.

import { createHash } from 'node:crypto'
import { type Call, type CallDraft, type CallSegment, OUTCOME } from '@tollbook/calls'
import { type Db, ensureMonths, monthOf, type Tx, transaction } from '@tollbook/db'
import { ensureAccounts, ensureCarrier, ensureTenant, saveTrunk } from '@tollbook/directory'
import { asCallKey, asSourceId, type TenantId, timeFirstUuid } from '@tollbook/kernel'
import { attribute } from '../attribute.ts'
import { bookInForce } from '../book-in-force.ts'
import { importRateDeck } from '../import-rate-deck.ts'
import { settleCalls } from '../settle.ts'

export const NOW = Date.UTC(2026, 3, 2, 12)

/** One call: from when, by whom, to where, how long. */
export type MadeCall = {
  readonly atMs: number
  readonly account?: string
  readonly to: string
  readonly seconds: number
  /** Further parts that went out: by whom, where to, how long, by which peer. */
  readonly parts?: readonly MadePart[]
}

export type MadePart = {
  readonly account?: string
  readonly to: string
  readonly seconds: number
  readonly peer?: string
}

export type World = {
  readonly tenantId: TenantId
  /** Imports a deck, in force from the beginning, and answers its id. */
  deck(name: string, text: string, side?: 'sell' | 'buy'): Promise<number>
  /** The carrier of the trunk charges by this deck. */
  buyBy(deckId: number): Promise<void>
  /** Stores calls and settles them, as a capture does. */
  capture(calls: readonly MadeCall[]): Promise<readonly Call[]>
  /** The same call after a late leg: longer or shorter, and with these parts. */
  restitch(call: Call, seconds: number, parts?: readonly MadePart[]): Promise<Call>
  accountId(code: string): Promise<number>
}

const draft: Omit<CallDraft, 'callKey' | 'openedAtMs' | 'startedAtMs' | 'answeredAtMs' | 'endedAtMs'> = {
  ...{ talkS: 0, ringS: 0, waitS: 0, durationS: 0, billS: 0, hangupCause: 16, legs: 1, attempts: 1, final: true },
  ...{ fromNumber: '201', toNumber: '', fromName: '', answeredBy: '', accountcode: '', linkedid: '', context: '' },
  ...{ outcome: OUTCOME.answered, entryPeer: 'PJSIP/201', exitPeer: 'PJSIP/north', segments: [], ending: 1, path: [] },
  ...{ did: '', extension: '', disposition: 1, rung: [], seizures: [] },
}

let serial = 0
const digest = () => createHash('sha256').update(`${serial++}`).digest()

export async function calledWorld(
  db: Db,
  slug: string,
  accounts: readonly string[] = ['acme', 'beta'],
): Promise<World> {
  const tenantId = await transaction(db, async (tx) => {
    const tenant = await ensureTenant(tx, { slug, name: slug, currency: 'EUR' }, NOW)
    await ensureAccounts(tx, tenant.tenantId, accounts, NOW)
    const carrierId = await ensureCarrier(tx, tenant.tenantId, { name: 'North' }, NOW)
    await saveTrunk(tx, tenant.tenantId, { peer: 'PJSIP/north', carrierId }, NOW)
    return tenant.tenantId
  })
  return {
    tenantId,
    deck: async (name, text, side = 'sell') => {
      const deck = { tenantId, name, side, currency: 'EUR', filename: '', text, nowMs: NOW }
      const done = await importRateDeck(db, { ...deck, effective: 'always' })
      if (!done.ok) throw new Error(done.error.message)
      return done.value.deckId
    },
    buyBy: async (buyDeckId) => {
      await transaction(db, (tx) => ensureCarrier(tx, tenantId, { name: 'North', buyDeckId }, NOW))
    },
    capture: (calls) => capture(db, tenantId, calls.map(toDraft)),
    restitch: async (call, seconds, parts = []) => {
      const book = await transaction(db, (tx) => bookInForce(tx, tenantId))
      const again = { ...call, segments: toSegments(call.startedAtMs, parts) }
      const [whose] = attribute(book, [again], 1)
      const segments = again.segments.map((part, i) => ({ ...part, ...whose!.ofSegments[i]! }))
      const changed = { ...call, segments, billS: seconds, revision: call.revision + 1 }
      await transaction(db, async (tx) => {
        await tx.client.query('delete from call_segment where call_key = $1', [call.callKey])
        await insertSegments(tx, changed)
        await tx.client.query('update call set bill_s = $2, revision = revision + 1 where call_key = $1', [
          call.callKey,
          seconds,
        ])
        await settleCalls(tx, await bookInForce(tx, tenantId), [changed], context())
      })
      return changed
    },
    accountId: async (code) => {
      const found = await db.pool.query('select account_id from account where tenant_id = $1 and code = $2', [
        tenantId,
        code,
      ])
      return found.rows[0].account_id
    },
  }
}

const context = () => ({ batchId: timeFirstUuid(NOW, digest()), nowMs: NOW })

function toSegments(atMs: number, parts: readonly MadePart[]): CallSegment[] {
  return parts.map(({ account = '', to, seconds, peer = 'PJSIP/north' }, i) => ({
    ...{ segment: i + 2, answeredAtMs: atMs + i * 1000, billS: seconds, toNumber: to, exitPeer: peer },
    accountcode: account,
  }))
}

function toDraft({ atMs, account = 'acme', to, seconds, parts = [] }: MadeCall): CallDraft {
  const times = { openedAtMs: atMs, startedAtMs: atMs, answeredAtMs: atMs, endedAtMs: atMs + seconds * 1000 }
  return {
    ...draft,
    ...times,
    callKey: asCallKey(timeFirstUuid(atMs, digest())),
    billS: seconds,
    talkS: seconds,
    durationS: seconds,
    toNumber: to,
    accountcode: account,
    segments: toSegments(atMs, parts),
  }
}

async function capture(db: Db, tenantId: TenantId, drafts: readonly CallDraft[]): Promise<readonly Call[]> {
  await ensureMonths(db, new Set(drafts.map((d) => monthOf(d.openedAtMs))))
  return transaction(db, async (tx) => {
    const book = await bookInForce(tx, tenantId)
    const whose = attribute(book, drafts, 1)
    const calls = drafts.map(
      (one, i): Call => ({
        ...one,
        ...whose[i]!,
        segments: one.segments.map((part, k) => ({ ...part, ...whose[i]!.ofSegments[k]! })),
        seizures: [],
        tenantId,
        sourceId: asSourceId(1),
        revision: 0,
      }),
    )
    calls.sort((a, b) => (a.callKey < b.callKey ? -1 : 1))
    for (const call of calls) {
      await tx.client.query(INSERT, rowOf(call))
      await insertSegments(tx, call)
    }
    await settleCalls(tx, book, calls, context())
    return calls
  })
}

async function insertSegments(tx: Tx, call: Call): Promise<void> {
  for (const s of call.segments) {
    const ids = [s.accountId, s.trunkId, s.carrierId, s.destinationId, s.countryId]
    await tx.client.query(
      'insert into call_segment values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)',
      [
        ...[call.callKey, new Date(call.openedAtMs), s.segment, call.tenantId, new Date(s.answeredAtMs), s.billS],
        ...[...ids, s.toNumber, s.exitPeer, s.accountcode],
      ],
    )
  }
}

/** Calls are another room's to write; here they are only something to be read. */
const INSERT = `insert into call (call_key, opened_at, started_at, answered_at, ended_at, stitched_at, tenant_id,
  account_id, trunk_id, carrier_id, destination_id, talk_s, ring_s, wait_s, duration_s, bill_s, source_id,
  direction, outcome, hangup_cause, country_id, legs, attempts, final, from_number, to_number, accountcode, linkedid)
  values ($1, $2, $2, $2, $2, $2, $3, $4, $5, $6, $7, $8, 0, 0, $8, $8, 1, $9, 1, 16, $10, 1, 1, true, '201', $11, $12, '')`

function rowOf(call: Call): unknown[] {
  const ids = [call.tenantId, call.accountId, call.trunkId, call.carrierId, call.destinationId]
  const rest = [call.billS, call.direction, call.countryId, call.toNumber, call.accountcode]
  return [call.callKey, new Date(call.openedAtMs), ...ids, ...rest]
}
