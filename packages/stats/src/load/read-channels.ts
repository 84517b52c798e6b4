// Reads the trunk channels of a window and sweeps them. Seizures come as one block of bytes: a row each would take ten times as
// long to read, and grouped by trunk the database would sort them.

import type { Queryable } from '@tollbook/db'
import { sql } from 'kysely'
import { addChannel, type Channel, type ChannelEvents, noEvents } from './channel-events.ts'
import { type LoadRow, SCOPE } from './load-row.ts'
import { openedIn, RELEASED, SEIZED } from './reach.ts'
import { sweep, type Window } from './sweep.ts'

/** Trunk (4 bytes), source (2), begin, end, answer (8 each), and whether it was congested (1). */
const BYTES = 31
/** What a timestamp counts from inside PostgreSQL: 2000-01-01. */
const EPOCH_US = 946_684_800_000_000

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
  const lengthUs = window.toUs - window.fromUs
  for (const block of await readBlocks(q, tenantId, window, hours)) {
    for (let at = 0; at < block.length; at += BYTES) {
      const channel = channelAt(block, at + 6, window.fromUs - EPOCH_US)
      addChannel(all, channel, lengthUs)
      addChannel(of(trunks, block.readInt32BE(at)), channel, lengthUs)
      addChannel(of(sources, block.readInt16BE(at + 4)), channel, lengthUs)
    }
  }
  return [
    ...sweep(all, window, SCOPE.all, 0, false),
    ...[...trunks].flatMap(([id, events]) => sweep(events, window, SCOPE.trunk, id, true)),
    ...[...sources].flatMap(([id, events]) => sweep(events, window, SCOPE.source, id, false)),
  ]
}

async function readBlocks(q: Queryable, tenantId: number, window: Window, hours: readonly number[]): Promise<Buffer[]> {
  const blocks: Buffer[] = []
  const at = (us: number) => sql`(timestamptz 'epoch' + ${us}::bigint * interval '1 microsecond')`
  for (const opened of openedIn(hours)) {
    const { rows } = await sql<{ channels: Buffer | null }>`
      select string_agg(int4send(trunk_id) || int2send(source_id) || timestamptz_send(seized) || timestamptz_send(released)
        || timestamptz_send(coalesce(answered_at, released)) || boolsend(congested), '') as channels
      from (select trunk_id, source_id, answered_at, cause in (34, 38, 42, 44) as congested,
          ${SEIZED} as seized, ${RELEASED} as released
        from trunk_seizure where tenant_id = ${tenantId} and ${opened}) s
      where seized < ${at(window.toUs)} and released >= ${at(window.fromUs)}`.execute(q.q)
    for (const { channels } of rows) if (channels) blocks.push(channels)
  }
  return blocks
}

function channelAt(block: Buffer, at: number, base: number): Channel {
  return {
    from: microsAt(block, at) - base,
    to: microsAt(block, at + 8) - base,
    answered: microsAt(block, at + 16) - base,
    congested: block[at + 24] === 1,
  }
}

/** A 64-bit integer without a bigint for each: instants lie far within 2^53. */
function microsAt(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 4_294_967_296 + bytes.readUInt32BE(at + 4)
}
