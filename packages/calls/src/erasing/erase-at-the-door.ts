// What comes in, without the numbers that were erased: rows that are sent or imported again bring none of them back. Keys were
// made of the rows as they came, so that a row is known whether or not a number in it was erased meanwhile.

import { lockInTransaction, type Tx } from '@tollbook/db'
import type { Cel } from '../cel.ts'
import type { Leg } from '../leg.ts'
import type { LegBatch } from '../leg-batch.ts'
import type { QueueEvent } from '../queue-event.ts'
import { type ErasedNumbers, erasedNumbers, erasureLock } from './erased-numbers.ts'

export type CleanBatch = {
  readonly batch: LegBatch
  /** Legs that were changed here, and as they came. */
  readonly asTheyCame: ReadonlyMap<Leg, Leg>
}

const UNCHANGED: ReadonlyMap<Leg, Leg> = new Map()

/** Holds off erasures until the batch is committed. */
export async function eraseAtTheDoor(tx: Tx, batch: LegBatch): Promise<CleanBatch> {
  await lockInTransaction(tx, erasureLock(batch.tenantId), 'shared')
  const erased = await erasedNumbers(tx, batch.tenantId)
  if (erased.isEmpty) return { batch, asTheyCame: UNCHANGED }
  const asTheyCame = new Map<Leg, Leg>()
  const legs = batch.legs.map((leg) => {
    const clean = cleanLeg(erased, leg)
    if (clean !== leg) asTheyCame.set(clean, leg)
    return clean
  })
  const cel = batch.cel.map((event) => cleanCel(erased, event))
  const queue = batch.queue.map((event) => cleanQueueEvent(erased, event))
  return { batch: { ...batch, legs, cel, queue }, asTheyCame }
}

function cleanLeg(erased: ErasedNumbers, leg: Leg): Leg {
  const clean = cleanTexts(erased, leg, LEG_TEXTS)
  const extras = leg.extras && cleanRecord(erased, leg.extras)
  if (clean === leg && extras === leg.extras) return leg
  // The name beside an erased number is that person's too.
  const clid = clean.clid === leg.clid ? leg.clid : withoutName(clean.clid)
  return { ...clean, clid, extras }
}

const LEG_TEXTS = [
  ...(['channel', 'dstchannel', 'src', 'dst', 'clid', 'lastdata', 'userfield', 'did', 'recording'] as const),
]

function cleanCel(erased: ErasedNumbers, event: Cel): Cel {
  const clean = cleanTexts(erased, event, CEL_TEXTS)
  return clean.cidNum === event.cidNum ? clean : { ...clean, cidName: '' }
}

const CEL_TEXTS = [...(['channel', 'exten', 'appdata', 'cidNum', 'cidName', 'peer', 'userfield', 'extra'] as const)]

function cleanQueueEvent(erased: ErasedNumbers, event: QueueEvent): QueueEvent {
  const data = event.data.map((text) => erased.erase(text))
  const agent = erased.erase(event.agent)
  return agent === event.agent && data.every((text, i) => text === event.data[i]) ? event : { ...event, agent, data }
}

function cleanTexts<Row extends object>(erased: ErasedNumbers, row: Row, names: readonly (keyof Row)[]): Row {
  let clean = row
  for (const name of names) {
    const text = row[name]
    const without = typeof text === 'string' ? erased.erase(text) : text
    if (without !== text) clean = { ...clean, [name]: without }
  }
  return clean
}

function cleanRecord(
  erased: ErasedNumbers,
  record: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const entries = Object.entries(record).map(([name, text]) => [name, erased.erase(text)] as const)
  return entries.every(([name, text]) => record[name] === text) ? record : Object.fromEntries(entries)
}

/** `"Ada" <erased-…>` → `<erased-…>`. */
export function withoutName(clid: string): string {
  return /<erased-[^<>]*>\s*$/.exec(clid)?.[0] ?? clid
}
