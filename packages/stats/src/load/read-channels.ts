// Reads the trunk channels of a window and sweeps them. Seizures come as bytes, one block for each trunk of a source: a row
// each would take ten times as long to read.

import type { Queryable } from '@tollbook/db'
import { sql } from 'kysely'
import { addChannel, type ChannelEvents, noEvents } from './channel-events.ts'
import { type LoadRow, SCOPE } from './load-row.ts'
import { openedIn, RELEASED, SEIZED } from './reach.ts'
import { sweep, type Window } from './sweep.ts'

/** Begin, end, answer (8 bytes each) and whether it was congested (1). */
const BYTES = 25
/** What a timestamp counts from inside PostgreSQL: 2000-01-01. */
const EPOCH_US = 946_684_800_000_000

type Block = { trunk_id: number; source_id: number; channels: Buffer }

/**
 * Rows of a window from the calls that opened in these hours (ms, ascending): all whose calls may touch it.
 * Rows of a scope lie together and ascend.
 */
export async function sweepCalls(
  q: Queryable,
  tenantId: number,
  window: Window,
  hours: readonly number[],
): Promise<readonly LoadRow[]> {
  const all = noEvents()
  const trunks = new Map<number, ChannelEvents>()
  const sources = new Map<number, ChannelEvents>()
  const of = (map: Map<number, ChannelEvents>, id: number) => map.get(id) ?? map.set(id, noEvents()).get(id)!
  for (const block of await readBlocks(q, tenantId, window, hours)) {
    addBlock(block, window, [all, of(trunks, block.trunk_id), of(sources, block.source_id)])
  }
  return [
    ...sweep(all, window, SCOPE.all, 0, false),
    ...[...trunks].flatMap(([id, events]) => sweep(events, window, SCOPE.trunk, id, true)),
    ...[...sources].flatMap(([id, events]) => sweep(events, window, SCOPE.source, id, false)),
  ]
}

async function readBlocks(q: Queryable, tenantId: number, window: Window, hours: readonly number[]): Promise<Block[]> {
  const blocks: Block[] = []
  const at = (us: number) => sql`(timestamptz 'epoch' + ${us}::bigint * interval '1 microsecond')`
  for (const opened of openedIn(hours)) {
    const { rows } = await sql<Block>`
      select trunk_id, source_id, string_agg(timestamptz_send(seized) || timestamptz_send(released)
        || timestamptz_send(coalesce(answered_at, released)) || boolsend(congested), '') as channels
      from (select trunk_id, source_id, answered_at, cause in (34, 38, 42, 44) as congested,
          ${SEIZED} as seized, ${RELEASED} as released
        from trunk_seizure where tenant_id = ${tenantId} and ${opened}) s
      where seized < ${at(window.toUs)} and released >= ${at(window.fromUs)}
      group by 1, 2`.execute(q.q)
    blocks.push(...rows)
  }
  return blocks
}

function addBlock({ channels }: Block, window: Window, into: readonly ChannelEvents[]): void {
  const base = window.fromUs - EPOCH_US
  const lengthUs = window.toUs - window.fromUs
  for (let i = 0; i < channels.length; i += BYTES) {
    const channel = {
      from: microsAt(channels, i) - base,
      to: microsAt(channels, i + 8) - base,
      answered: microsAt(channels, i + 16) - base,
      congested: channels[i + 24] === 1,
    }
    for (const events of into) addChannel(events, channel, lengthUs)
  }
}

/** A 64-bit integer without a bigint for each: instants lie far within 2^53. */
function microsAt(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 4_294_967_296 + bytes.readUInt32BE(at + 4)
}
