// Calls that got channel events but no leg by a batch: those that are stored are stitched again, and one that has ended is
// a call also when no leg of it ever came (cdr.conf drops calls that dialled nobody).

import type { Tx } from '@tollbook/db'
import { type CallKey, millisOfUuid } from '@tollbook/kernel'
import type { Call, FoundJoins } from './call.ts'
import type { Cel } from './cel.ts'
import { withFinality } from './finality.ts'
import { type Attribute, type LegBatch, openedRange, withAttribution } from './leg-batch.ts'
import { restitch } from './restitch.ts'
import { eventsAreEnough, stitchCall } from './stitch-call.ts'
import { celOf } from './stored-cel.ts'

/** What inserting and looking up of calls is needed for it. */
export type CallStore = {
  readonly knownCalls: (
    tx: Tx,
    calls: readonly { readonly callKey: CallKey; readonly openedAtMs: number }[],
  ) => Promise<ReadonlySet<CallKey>>
  readonly insertCalls: (tx: Tx, batch: LegBatch, calls: readonly Call[]) => Promise<{ fresh: readonly Call[] }>
}

/** `touched`: calls that got events; `done`: those of them that were stitched with their legs already. */
export async function tellByEvents(
  tx: Tx,
  batch: LegBatch,
  touched: ReadonlySet<CallKey>,
  done: ReadonlySet<CallKey>,
  attribute: Attribute,
  store: CallStore,
  found: FoundJoins,
): Promise<{ readonly fresh: readonly Call[]; readonly changed: readonly Call[] }> {
  const waiting = [...touched].filter((key) => !done.has(key)).sort()
  if (waiting.length === 0) return { fresh: [], changed: [] }
  const opened = waiting.map((callKey) => ({ callKey, openedAtMs: millisOfUuid(callKey) }))
  const stored = await store.knownCalls(tx, opened)
  const changed = stored.size === 0 ? [] : await restitch(tx, batch, stored, attribute, 'events', found)
  const ended = new Set(batch.cel.flatMap((event) => (mayHaveEnded(event, batch) ? [event.callKey] : [])))
  const alone = opened.filter(({ callKey }) => ended.has(callKey) && !stored.has(callKey))
  if (alone.length === 0) return { fresh: [], changed }
  const keys = alone.map(({ callKey }) => callKey)
  const cel = await celOf(tx, keys, openedRange(alone))
  const whole = keys.map((key) => cel.get(key) ?? []).filter(eventsAreEnough)
  // The rest began before anybody listened: their legs will make them calls.
  if (whole.length === 0) return { fresh: [], changed }
  const drafts = whole.map((events) => withFinality(stitchCall([], events, batch.rules), batch))
  for (const { linkedid, joins = [] } of drafts) if (joins.length > 0) found.set(linkedid, joins)
  const attributed = withAttribution(batch, drafts, attribute(drafts, batch.sourceId))
  const { fresh } = await store.insertCalls(tx, batch, attributed)
  return { fresh, changed }
}

/** By then an event that is told as it happens has come. */
const PROMPT_MS = 60_000

/** With its last event; but of what is told long afterwards the last event may have come first. */
function mayHaveEnded({ event, happenedAtMs }: Cel, { receivedAtMs }: LegBatch): boolean {
  return event === 'LINKEDID_END' || receivedAtMs - happenedAtMs > PROMPT_MS
}
