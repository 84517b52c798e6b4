// One call whole: its legs as they came, its channel events, its charges with the reversed ones, its invoice.
// Reads only. How a charge came to be is explained above this room.

import type { Queryable } from '@tollbook/db'
import { asSourceId, type CallKey, millisOfUuid, type SourceId } from '@tollbook/kernel'
import { sql } from 'kysely'
import type { ChargedSegment } from './call.ts'
import { type CallChange, callChanges } from './call-changes.ts'
import { readSegments } from './call-segments.ts'
import { type CallSummary, type SummaryRow, selectSummaries, toSummary } from './call-summary.ts'
import { callKeyOf } from './leg-key.ts'
import { epochOf } from './uniqueid.ts'

/** A call with more than this has gone wrong in the dialplan; the first ones tell why. */
const MAX_LEGS = 1_000
const MAX_CEL = 5_000

export type StoredLeg = {
  readonly startedAtMs: number
  readonly answeredAtMs: number | undefined
  readonly endedAtMs: number
  readonly disposition: number
  readonly durationS: number
  readonly billsec: number
  readonly sequence: number | undefined
  readonly legKey: bigint
  /** When it came first, and bits of the ways that told it: 1 AMI, 2 file, 4 table, 8 push. */
  readonly receivedAtMs: number
  readonly seenIn: number
  /** Fields whose value is another way's than the first's, with that way. */
  readonly origins: Readonly<Record<string, number>>
} & Readonly<Record<LegText, string>>

type LegText =
  | 'channel'
  | 'dstchannel'
  | 'src'
  | 'dst'
  | 'clid'
  | 'dcontext'
  | 'lastapp'
  | 'lastdata'
  | 'accountcode'
  | 'userfield'
  | 'uniqueid'
  | 'linkedid'

export type StoredCel = { readonly happenedAtMs: number } & Readonly<Record<(typeof CEL_TEXTS)[number], string>>

const CEL_TEXTS = [
  ...(['event', 'channel', 'uniqueid', 'exten', 'context', 'app', 'appdata', 'cid_num', 'cid_name', 'peer'] as const),
  ...(['accountcode', 'userfield', 'extra'] as const),
] as const

export type StoredQueueEvent = {
  readonly happenedAtMs: number
  readonly event: string
  readonly queue: string
  readonly agent: string
  readonly data: readonly string[]
}

/** One priced line that was booked for the call; reversals themselves are not listed, only marked. */
export type StoredCharge = {
  readonly side: 'sell' | 'buy'
  readonly line: number
  readonly revision: number
  readonly partyId: number
  readonly party: string
  readonly deckId: number
  readonly deck: string
  readonly deckVersion: number
  readonly prefix: string
  readonly destination: string
  readonly seconds: number
  readonly billedS: number
  /** ISO 4217 number. */
  readonly currency: number
  /** Decimal text with six places. */
  readonly amount: string
  /** The tariff plan, and the package with the first day of its period (YYYY-MM-DD); 0 and '' = none. */
  readonly planId: number
  readonly freeS: number
  readonly packageId: number
  readonly packageFrom: string
  readonly bookedAtMs: number
  readonly reversed: boolean
}

export type CallDetail = {
  readonly call: CallSummary
  readonly linkedid: string
  readonly answeredBy: string
  readonly ringS: number
  readonly waitS: number
  readonly final: boolean
  readonly legs: readonly StoredLeg[]
  readonly cel: readonly StoredCel[]
  readonly queueEvents: readonly StoredQueueEvent[]
  readonly charges: readonly StoredCharge[]
  readonly invoice: { readonly id: string; readonly number: string } | undefined
  /** Parts of the call beside its first that left the PBX; their charges have their number as line. */
  readonly segments: readonly ChargedSegment[]
  /** What the call was before late rows or other rules made it another, oldest first. */
  readonly changes: readonly CallChange[]
}

/** The call of this key in this tenant; undefined when there is none. */
export async function callDetail(db: Queryable, tenantId: number, key: CallKey): Promise<CallDetail | undefined> {
  const row = await readCall(db, tenantId, key)
  if (!row) return undefined
  const [legs, cel, charges, invoice, segments, changes] = await Promise.all([
    readLegs(db, row),
    readCel(db, row),
    readCharges(db, row),
    readInvoice(db, row),
    readSegments(db, [key], [row.opened_at, row.opened_at]),
    callChanges(db, { callKey: key, openedAt: row.opened_at }),
  ])
  const uniqueids = new Set([...legs, ...cel].map((one) => one.uniqueid))
  const queueEvents = await readQueueEvents(db, asSourceId(row.source_id), uniqueids)
  const { linkedid, answered_by, ring_s: ringS, wait_s: waitS, final } = row
  return {
    call: toSummary(row),
    linkedid,
    answeredBy: answered_by ?? '',
    ringS,
    waitS,
    final,
    legs,
    cel,
    queueEvents,
    charges,
    invoice,
    segments: segments.get(key) ?? [],
    changes,
  }
}

type DetailRow = SummaryRow & {
  linkedid: string
  source_id: number
  answered_by: string | null
  ring_s: number
  wait_s: number
  also_keys: string[] | null
}

/** The key begins with the time of opening, which names the one partition to look into. */
async function readCall(db: Queryable, tenantId: number, key: CallKey): Promise<DetailRow | undefined> {
  const openedAt = new Date(millisOfUuid(key))
  const { rows } = await sql<DetailRow>`
    with page as (
      select * from call where call_key = ${key}::uuid and opened_at = ${openedAt} and tenant_id = ${tenantId}
    )
    select e.*, p.linkedid, p.source_id, p.answered_by, p.ring_s, p.wait_s, p.also_keys
    from (${selectSummaries()}) e join page p on p.call_key = e.call_key`.execute(db.q)
  return rows[0]
}

/** Legs and events keep their own key when two calls turned out to be one; the call lists those keys. */
function keysOf(row: DetailRow): { keys: string[]; moments: Date[] } {
  const keys = [row.call_key, ...(row.also_keys ?? [])]
  return { keys, moments: keys.map((k) => new Date(millisOfUuid(k))) }
}

async function readLegs(db: Queryable, row: DetailRow): Promise<StoredLeg[]> {
  const { keys, moments } = keysOf(row)
  const legs = await db.q
    .selectFrom('leg')
    .select(['started_at', 'answered_at', 'ended_at', 'disposition', 'duration_s', 'billsec', 'sequence'])
    .select(['channel', 'dstchannel', 'src', 'dst', 'clid', 'dcontext', 'lastapp', 'lastdata'])
    .select(['accountcode', 'userfield', 'uniqueid', 'linkedid'])
    .select(['leg_key', 'received_at', 'seen_in', 'origins'])
    .where('call_key', 'in', keys)
    .where('opened_at', 'in', moments)
    .orderBy('started_at')
    .orderBy('sequence')
    .orderBy('leg_key')
    .limit(MAX_LEGS)
    .execute()
  return legs.map((l) => ({
    startedAtMs: l.started_at.getTime(),
    answeredAtMs: l.answered_at?.getTime(),
    endedAtMs: l.ended_at.getTime(),
    disposition: l.disposition,
    durationS: l.duration_s,
    billsec: l.billsec,
    sequence: l.sequence ?? undefined,
    legKey: BigInt(l.leg_key),
    receivedAtMs: l.received_at.getTime(),
    seenIn: l.seen_in,
    origins: (l.origins ?? {}) as Record<string, number>,
    channel: l.channel,
    dstchannel: l.dstchannel ?? '',
    src: l.src ?? '',
    dst: l.dst ?? '',
    clid: l.clid ?? '',
    dcontext: l.dcontext ?? '',
    lastapp: l.lastapp ?? '',
    lastdata: l.lastdata ?? '',
    accountcode: l.accountcode ?? '',
    userfield: l.userfield ?? '',
    uniqueid: l.uniqueid,
    linkedid: l.linkedid,
  }))
}

async function readCel(db: Queryable, row: DetailRow): Promise<StoredCel[]> {
  const { keys, moments } = keysOf(row)
  const cel = await db.q
    .selectFrom('cel')
    .select(['happened_at', ...CEL_TEXTS])
    .where('call_key', 'in', keys)
    .where('opened_at', 'in', moments)
    .orderBy('happened_at')
    .orderBy('event_key')
    .limit(MAX_CEL)
    .execute()
  return cel.map(({ happened_at, ...texts }) => ({
    happenedAtMs: happened_at.getTime(),
    ...(Object.fromEntries(CEL_TEXTS.map((name) => [name, texts[name] ?? ''])) as Record<
      (typeof CEL_TEXTS)[number],
      string
    >),
  }))
}

/** Queue events are kept under the caller's channel, as if it had given the call its linkedid. */
async function readQueueEvents(
  db: Queryable,
  sourceId: SourceId,
  uniqueids: ReadonlySet<string>,
): Promise<StoredQueueEvent[]> {
  const channels = [...uniqueids].flatMap((uniqueid) => {
    const epoch = epochOf(uniqueid)
    return epoch === undefined
      ? []
      : [{ key: callKeyOf(epoch * 1000, sourceId, uniqueid), moment: new Date(epoch * 1000) }]
  })
  if (channels.length === 0) return []
  const events = await db.q
    .selectFrom('queue_event')
    .select(['happened_at', 'event', 'queue', 'agent', 'data'])
    .where(
      'call_key',
      'in',
      channels.map(({ key }) => key),
    )
    .where(
      'opened_at',
      'in',
      channels.map(({ moment }) => moment),
    )
    .orderBy('happened_at')
    .orderBy('event_key')
    .limit(MAX_CEL)
    .execute()
  return events.map(({ happened_at, ...event }) => ({ happenedAtMs: happened_at.getTime(), ...event }))
}

async function readCharges(db: Queryable, row: DetailRow): Promise<StoredCharge[]> {
  const rows = await db.q
    .selectFrom('charge as h')
    .leftJoin('rate_deck as k', 'k.deck_id', 'h.deck_id')
    .leftJoin('destination as d', 'd.destination_id', 'h.destination_id')
    .leftJoin('account as a', (j) => j.onRef('a.account_id', '=', 'h.party_id').on('h.side', '=', 1))
    .leftJoin('carrier as r', (j) => j.onRef('r.carrier_id', '=', 'h.party_id').on('h.side', '=', 2))
    .select(['h.side', 'h.line', 'h.revision', 'h.party_id', 'h.deck_id', 'h.deck_version', 'h.prefix', 'h.seconds'])
    .select(['h.billed_s', 'h.currency', 'h.amount', 'h.booked_at', 'k.name as deck', 'd.name as destination'])
    .select(['h.plan_id', 'h.free_s', 'h.package_id', 'h.package_from'])
    .select((e) => e.fn.coalesce('a.name', 'r.name').as('party'))
    .where('h.call_key', '=', row.call_key)
    .where('h.opened_at', '=', row.opened_at)
    .orderBy('h.side')
    .orderBy('h.line')
    .orderBy('h.revision')
    .execute()
  const reversals = new Map<string, number>()
  const line = (h: { side: number; line: number }) => `${h.side}/${h.line}`
  for (const h of rows) if (h.seconds < 0) reversals.set(line(h), (reversals.get(line(h)) ?? 0) + 1)
  // A reversal always takes back the line that stood, so the oldest n charges of a line are the n reversed ones.
  return rows
    .filter((h) => h.seconds >= 0)
    .map((h) => {
      const left = reversals.get(line(h)) ?? 0
      reversals.set(line(h), left - 1)
      return {
        side: h.side === 1 ? 'sell' : 'buy',
        line: h.line,
        revision: h.revision,
        partyId: h.party_id,
        party: h.party ?? '',
        deckId: h.deck_id,
        deck: h.deck ?? '',
        deckVersion: h.deck_version,
        prefix: h.prefix,
        destination: h.destination ?? '',
        seconds: h.seconds,
        billedS: h.billed_s,
        currency: h.currency,
        amount: h.amount,
        planId: h.plan_id,
        freeS: h.free_s,
        packageId: h.package_id,
        packageFrom: h.package_from ?? '',
        bookedAtMs: h.booked_at.getTime(),
        reversed: left > 0,
      }
    })
}

/** The latest invoice an entry of this call stands on. An entry's time is the opening of its call. */
async function readInvoice(db: Queryable, row: DetailRow): Promise<{ id: string; number: string } | undefined> {
  return await db.q
    .selectFrom('ledger_entry as e')
    .innerJoin('invoiced_entry as i', (j) =>
      j
        .onRef('i.account_id', '=', 'e.account_id')
        .onRef('i.entry_key', '=', 'e.entry_key')
        .onRef('i.effective_at', '=', 'e.effective_at'),
    )
    .innerJoin('invoice as n', (j) =>
      j.onRef('n.account_id', '=', 'i.account_id').onRef('n.invoice_id', '=', 'i.invoice_id'),
    )
    .select(['n.invoice_id as id', 'n.number'])
    .where('e.account_id', '=', row.account_id)
    .where('e.effective_at', '=', row.opened_at)
    .where('e.ref_key', '=', row.call_key)
    .orderBy('n.issued_at', 'desc')
    .limit(1)
    .executeTakeFirst()
}
