// Stored calls → their stories: legs, channel events and queue events read back and told by the rules of their source. The
// call row is only the index; nothing of the story is kept.

import { type Db, type Tx, transaction, uuidArray } from '@tollbook/db'
import { asCallKey, asSourceId, type CallKey, millisOfUuid, type SourceId, type TenantId } from '@tollbook/kernel'
import { callConditions, columnsOfCall, type Selection } from '@tollbook/selection'
import { sql } from 'kysely'
import { factsOf } from '../call-facts.ts'
import { instantText } from '../instant-text.ts'
import type { Leg } from '../leg.ts'
import { openedRange } from '../leg-batch.ts'
import { callKeyOf } from '../leg-key.ts'
import type { QueueEvent } from '../queue-event.ts'
import type { CompiledRules } from '../rules/index.ts'
import { epochOf } from '../uniqueid.ts'
import type { CallStory } from './call-story.ts'
import { channelLives } from './channel-life.ts'
import { tellCall } from './tell-call.ts'

export type StoriesAsked = {
  readonly tenantId: TenantId
  /** Calls that started from the one moment until before the other, ms. */
  readonly fromMs: number
  readonly toMs: number
  /** Which of them; absent = all. */
  readonly selection?: Selection | undefined
  /** ISO 4217 number of the tenant: what the amounts of a selection are in. */
  readonly currency?: number | undefined
}

export type ToldCall = { readonly callKey: CallKey; readonly sourceId: SourceId; readonly story: CallStory }

export type RulesOf = (sourceId: SourceId) => CompiledRules

/** Calls a page: some thousand legs and events, told in a few milliseconds. */
const PAGE = 500
/** A call may be stored a day off its start: a CDR that was reset, a channel that was up for long. */
const DAY_MS = 86_400_000

/** The stories in the order in which their calls opened, page by page. */
export async function* readStories(db: Db, asked: StoriesAsked, rulesOf: RulesOf): AsyncGenerator<ToldCall[]> {
  const { selection, currency = 0 } = asked
  const chosen = selection === undefined ? sql`` : callConditions(selection, columnsOfCall(currency))
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const page = await transaction(db, async (tx) => {
      const { rows } = await sql<IndexRow>`
        select call_key, source_id, also_keys from call c
        where tenant_id = ${asked.tenantId} and opened_at >= ${instantText(asked.fromMs - DAY_MS)}::timestamptz
          and opened_at < ${instantText(asked.toMs + DAY_MS)}::timestamptz
          and started_at >= ${instantText(asked.fromMs)}::timestamptz
          and started_at < ${instantText(asked.toMs)}::timestamptz and call_key > ${after}::uuid ${chosen}
        order by call_key limit ${sql.lit(PAGE)}`.execute(tx.q)
      // Calls whose facts retention took are told nothing of, and the list goes on.
      return { told: await tellRows(tx, rows, rulesOf), last: rows.length < PAGE ? undefined : rows.at(-1)?.call_key }
    })
    if (page.told.length > 0) yield page.told
    if (page.last === undefined) return
    after = page.last
  }
}

/** The story of one call of a tenant; undefined when there is none. */
export async function readStory(
  db: Db,
  tenantId: TenantId,
  key: CallKey,
  rulesOf: RulesOf,
): Promise<CallStory | undefined> {
  return await transaction(db, async (tx) => {
    const { rows } = await tx.client.query<IndexRow>(
      'select call_key, source_id, also_keys from call where call_key = $1 and opened_at = $2 and tenant_id = $3',
      [key, instantText(millisOfUuid(key)), tenantId],
    )
    return (await tellRows(tx, rows, rulesOf))[0]?.story
  })
}

type IndexRow = { readonly call_key: string; readonly source_id: number; readonly also_keys: string[] | null }

async function tellRows(tx: Tx, rows: readonly IndexRow[], rulesOf: RulesOf): Promise<ToldCall[]> {
  if (rows.length === 0) return []
  const known = rows.map((row) => ({ callKey: asCallKey(row.call_key), alsoKeys: row.also_keys }))
  const found = await factsOf(tx, known)
  const facts = rows.map((row) => ({
    callKey: asCallKey(row.call_key),
    sourceId: asSourceId(row.source_id),
    ...found.get(asCallKey(row.call_key))!,
  }))
  const channels = facts.map(({ legs: own, cel: events, sourceId }) =>
    channelKeys(sourceId, own, events.length === 0 ? [] : channelLives(events).inOrder.map((life) => life.uniqueid)),
  )
  const queue = await queueEventsOf(tx, channels.flat())
  return facts.flatMap(({ callKey, sourceId, legs: own, cel: events }, i) => {
    // Retention may have taken the facts of a call that is kept.
    if (own.length === 0 && events.length === 0) return []
    const queueEvents = channels[i]!.flatMap(({ callKey: key }) => queue.get(key) ?? [])
    const story = tellCall({ legs: own, cel: events, queueEvents, rules: rulesOf(sourceId) })
    return [{ callKey, sourceId, story }]
  })
}

type ChannelKey = { readonly callKey: CallKey; readonly openedAtMs: number }

/** Queue events are kept under the caller's channel, as if it had given the call its linkedid. */
function channelKeys(sourceId: SourceId, legs: readonly Leg[], uniqueids: readonly string[]): ChannelKey[] {
  return [...new Set([...legs.map((leg) => leg.uniqueid), ...uniqueids])].flatMap((uniqueid) => {
    const epoch = epochOf(uniqueid)
    if (epoch === undefined) return []
    const openedAtMs = epoch * 1000
    return [{ callKey: callKeyOf(openedAtMs, sourceId, uniqueid), openedAtMs }]
  })
}

type QueueRow = {
  call_key: string
  opened_at: Date
  event_key: string
  happened_at: Date
  event: string
  callid: string
  queue: string
  agent: string
  data: string[]
}

async function queueEventsOf(tx: Tx, channels: readonly ChannelKey[]): Promise<Map<string, QueueEvent[]>> {
  const events = new Map<string, QueueEvent[]>()
  if (channels.length === 0) return events
  const { rows } = await tx.client.query<QueueRow>({
    name: 'queue events of channels',
    text: `select call_key, opened_at, event_key, happened_at, event, callid, queue, agent, data from queue_event
      where call_key = any($1::uuid[]) and opened_at between $2 and $3 order by happened_at, event_key`,
    values: [uuidArray(channels.map(({ callKey }) => callKey)), ...openedRange(channels)],
  })
  for (const row of rows) {
    const event = {
      ...{ callKey: asCallKey(row.call_key), openedAtMs: row.opened_at.getTime(), eventKey: BigInt(row.event_key) },
      ...{ happenedAtMs: row.happened_at.getTime(), event: row.event, callid: row.callid, queue: row.queue },
      ...{ agent: row.agent, data: row.data },
    }
    const same = events.get(row.call_key)
    if (same) same.push(event)
    else events.set(row.call_key, [event])
  }
  return events
}
