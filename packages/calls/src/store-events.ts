// Channel and queue events of a batch into the database, each once. Known ones learn that another way told them too, and
// take its time where that is finer.

import { lookAndInsert, type Tx, uuidArray } from '@tollbook/db'
import { asCallKey, type CallKey, failPoint } from '@tollbook/kernel'
import type { Cel } from './cel.ts'
import { CEL_COLUMNS, copyCel, copyQueueEvents, QUEUE_COLUMNS } from './copied-rows.ts'
import { bitOf } from './known-leg.ts'
import { type LegBatch, openedRange } from './leg-batch.ts'
import type { QueueEvent } from './queue-event.ts'
import { emptyStaging } from './staging.ts'

export type StoredEvents = {
  readonly celInserted: number
  readonly queueInserted: number
  /** Keys of calls that got events or know the time of one better; those of queue events are as of the caller's channel. */
  readonly touched: ReadonlySet<CallKey>
  /** All channel events of calls that had none before this batch: no need to read them back. */
  readonly allOf: ReadonlyMap<CallKey, readonly Cel[]>
}

/** Stores the events inside the caller's transaction, in the order of their keys. */
export async function storeEvents(tx: Tx, batch: LegBatch): Promise<StoredEvents> {
  const touched = new Set<CallKey>()
  const { celInserted, allOf } = await storeCel(tx, batch, touched)
  failPoint('store.cel-inserted')
  const queueInserted = await storeQueueEvents(tx, batch, touched)
  failPoint('store.queue-inserted')
  return { celInserted, queueInserted, touched, allOf }
}

/** Looks which are there and copies the others: most come once. */
async function storeCel(
  tx: Tx,
  batch: LegBatch,
  touched: Set<CallKey>,
): Promise<Pick<StoredEvents, 'celInserted' | 'allOf'>> {
  const allOf = new Map<CallKey, Cel[]>()
  if (batch.cel.length === 0) return { celInserted: 0, allOf }
  const events = inOrder(batch.cel)
  const { fresh, met, known } = await lookAndInsert(tx, async () => {
    const known = await knownCel(tx, batch, events)
    const fresh: Cel[] = []
    const met: Cel[] = []
    for (const event of events) {
      const told = known.get(event.callKey)?.get(event.eventKey)
      if (told === undefined) fresh.push(event)
      else if (told.isNews || event.happenedAtMs % 1000 !== 0) met.push(event)
    }
    await copyCel(tx, 'cel', batch, fresh)
    return { fresh, met, known }
  })
  for (const event of fresh) {
    touched.add(event.callKey)
    if (known.has(event.callKey)) continue
    const same = allOf.get(event.callKey)
    if (same) same.push(event)
    else allOf.set(event.callKey, [event])
  }
  if (met.length > 0) for (const key of await meetCel(tx, batch, met)) touched.add(key)
  return { celInserted: fresh.length, allOf }
}

/** Sorted by key, each once; of equal ones the one with the finer time. */
function inOrder(events: readonly Cel[]): Cel[] {
  const sorted = [...events].sort(
    (a, b) =>
      a.openedAtMs - b.openedAtMs ||
      (a.callKey < b.callKey ? -1 : a.callKey > b.callKey ? 1 : 0) ||
      (a.eventKey < b.eventKey ? -1 : a.eventKey > b.eventKey ? 1 : 0) ||
      (b.happenedAtMs % 1000) - (a.happenedAtMs % 1000),
  )
  return sorted.filter((e, i) => {
    const before = sorted[i - 1]
    return before?.eventKey !== e.eventKey || before.callKey !== e.callKey
  })
}

/** The events that are there already, and whether this batch's way is new to them. */
async function knownCel(
  tx: Tx,
  batch: LegBatch,
  events: readonly Cel[],
): Promise<Map<string, Map<bigint, { isNews: boolean }>>> {
  const keys = new Set(events.map((event) => event.callKey))
  const { rows } = await tx.client.query<{ call_key: string; event_key: string; seen_in: number }>({
    name: 'known cel',
    text: `select call_key, event_key, seen_in from cel where call_key = any($1::uuid[]) and opened_at between $2 and $3`,
    values: [uuidArray([...keys]), ...openedRange(events)],
  })
  const known = new Map<string, Map<bigint, { isNews: boolean }>>()
  for (const { call_key, event_key, seen_in } of rows) {
    const of = known.get(call_key) ?? new Map()
    known.set(call_key, of)
    of.set(BigInt(event_key), { isNews: (seen_in & bitOf(batch.way)) === 0 })
  }
  return known
}

/** Of two times of an event the finer; of two as fine the first that is not before the call. Never looks at who came first. */
const FINER_TIME = `case when fineness(e.happened_at) <> fineness(s.happened_at)
    then case when fineness(e.happened_at) > fineness(s.happened_at) then e.happened_at else s.happened_at end
    when least(e.happened_at, s.happened_at) >= e.opened_at - interval '1 second' then least(e.happened_at, s.happened_at)
    else greatest(e.happened_at, s.happened_at) end`.replaceAll(/fineness\(([es])\.happened_at\)/g, (_, of) => {
  const micros = `(extract(microseconds from ${of}.happened_at)::int % 1000000)`
  return `(case when ${micros} = 0 then 0 when ${micros} % 1000 = 0 then 1 else 2 end)`
})

/** The richer of two texts, as merge-legs.ts has it. */
const richer = (column: string) => `(select v from (values (e.${column}), (s.${column})) as t (v)
    order by v is null, strpos(coalesce(v, ''), U&'\\FFFD') > 0, length(v) desc, v collate "C" desc limit 1)`

const TOLD_RICHER = ['cid_num', 'cid_name', 'accountcode', 'userfield']

/** Answers with the calls of which an event changed. */
async function meetCel(tx: Tx, batch: LegBatch, met: readonly Cel[]): Promise<CallKey[]> {
  const staged = await emptyStaging(tx, 'cel', CEL_COLUMNS)
  await copyCel(tx, staged, batch, met)
  const texts = TOLD_RICHER.map((column) => `${richer(column)} as ${column}`).join(', ')
  const changed = ['happened_at', ...TOLD_RICHER].map((c) => `e.${c} is distinct from m.${c}`).join(' or ')
  const { rows } = await tx.client.query<{ call_key: string; changed: boolean }>(
    `with m as materialized (
       select e.call_key, e.event_key, e.opened_at, e.seen_in | s.seen_in as seen_in, ${FINER_TIME} as happened_at, ${texts}
       from ${staged} s join cel e using (call_key, event_key, opened_at)),
     changed as (select m.call_key from m join cel e using (call_key, event_key, opened_at) where ${changed}),
     told as (
       update cel e set seen_in = m.seen_in, happened_at = m.happened_at,
         ${TOLD_RICHER.map((c) => `${c} = m.${c}`).join(', ')}
       from m where e.call_key = m.call_key and e.event_key = m.event_key and e.opened_at = m.opened_at
         and (e.seen_in <> m.seen_in or ${changed}))
     select distinct call_key from changed`,
  )
  return rows.map((row) => asCallKey(row.call_key))
}

async function storeQueueEvents(tx: Tx, batch: LegBatch, touched: Set<CallKey>): Promise<number> {
  if (batch.queue.length === 0) return 0
  const staged = await emptyStaging(tx, 'queue_event', QUEUE_COLUMNS)
  await copyQueueEvents(tx, staged, batch, eachOnce(batch.queue))
  const columns = QUEUE_COLUMNS.join(', ')
  const { rows } = await tx.client.query<{ call_key: string; is_new: boolean }>(
    `insert into queue_event as e (${columns}) select ${columns} from ${staged} order by call_key, event_key
     on conflict (call_key, event_key, opened_at) do update set
       seen_in = e.seen_in | excluded.seen_in, happened_at = ${FINER_QUEUE_TIME}, data = greatest(e.data, excluded.data)
       where (e.seen_in, e.happened_at, e.data)
         <> (e.seen_in | excluded.seen_in, ${FINER_QUEUE_TIME}, greatest(e.data, excluded.data))
     returning call_key, batch_id = $1 as is_new`,
    [batch.batchId],
  )
  for (const { call_key } of rows) touched.add(asCallKey(call_key))
  return rows.filter((row) => row.is_new).length
}

/** AMI knows the time better, the file the data (its COMPLETE… has the position too, and the longer list is the greater). */
const FINER_QUEUE_TIME = FINER_TIME.replaceAll('s.happened_at', 'excluded.happened_at')

function eachOnce(events: readonly QueueEvent[]): QueueEvent[] {
  return [...new Map(events.map((event) => [`${event.callKey}|${event.eventKey}`, event])).values()]
}
