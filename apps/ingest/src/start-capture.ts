// One stored connection wired to the database: opens its secret, captures its calls, sets aside what is not one.

import { join } from 'node:path'
import { setAside } from '@tollbook/calls'
import { type CaptureBatch, captureBatch } from '@tollbook/charging'
import type { Db, Tx } from '@tollbook/db'
import type { SourceConnection } from '@tollbook/directory'
import { moveSpoolPosition, noteGap, spoolPositionOf } from '@tollbook/intake'
import { type Clock, WAY } from '@tollbook/kernel'
import { type Log, openSecret } from '@tollbook/runtime'
import {
  type CaptureSourceOptions,
  captureSource,
  NOTHING_CAPTURED,
  type SourceCapture,
  type SourceStatus,
} from './capture-source.ts'
import type { Kept } from './drain/drain.ts'
import type { ReaderThread } from './reader/reader-thread.ts'
import type { StateWriter } from './source-state.ts'
import type { CaptureBatchRow } from './store-batch.ts'

export type StartCaptureRoom = {
  readonly db: Db
  readonly clock: Clock
  readonly log: Log
  readonly states: StateWriter
  /** Opens the stored AMI secrets. */
  readonly key: Buffer
  /** Where the spools are, each source in a directory of its own, and how large one may be, bytes. */
  readonly spoolDir: string
  readonly spoolBytesMax: number
  /** Reads the sockets. */
  readonly thread: ReaderThread
}

/** Starts capturing one connection; one whose secret cannot be opened only says so. */
export function startCapture(connection: SourceConnection, room: StartCaptureRoom): SourceCapture {
  const { states } = room
  states.begin(connection.sourceId)
  const secret = secretOf(connection, room.key)
  if (secret === undefined) return unusable(connection, states, WRONG_KEY)
  return captureWith(secret, connection, room)
}

function captureWith(secret: string, connection: SourceConnection, room: StartCaptureRoom): SourceCapture {
  const { db, clock, log, states } = room
  const { sourceId, tenantId } = connection
  let book: CaptureBatch['book']
  return captureSource({
    source: connection,
    target: targetOf(connection, secret),
    spool: { dir: join(room.spoolDir, String(sourceId)), bytesMax: room.spoolBytesMax },
    lastSeenMs: connection.seenAtMs,
    told: () => spoolPositionOf(db, sourceId),
    capture: async (rows, zone, kept) => {
      const from = { way: WAY.live, toldBy: 'ami', zone }
      const nowMs = clock.now()
      const also = kept === undefined ? undefined : (tx: Tx) => keep(tx, connection, kept, nowMs)
      const done = await captureBatch(db, { tenantId, sourceId, ...from, ...split(rows), also, nowMs, book })
      book = done.book
    },
    setAside: async (rejects, zone) => {
      await setAside(db, { tenantId, sourceId, importId: undefined, zone, format: 'ami' }, rejects, clock.now())
    },
    onChange: (status) => states.set(sourceId, status),
    thread: room.thread,
    clock,
    log,
  })
}

function targetOf(connection: SourceConnection, secret: string): CaptureSourceOptions['target'] {
  const { host, port, username, transport, auth, caPem, serverName, httpPath } = connection
  return { host, port, username, secret, transport, auth, caPem, serverName, httpPath }
}

/** What the spool told beside the records, and how far it is stored now. */
async function keep(tx: Tx, { tenantId, sourceId }: SourceConnection, kept: Kept, nowMs: number): Promise<void> {
  for (const { untilMs, ...gap } of kept.gaps) {
    await noteGap(tx, { tenantId, sourceId, ...gap, untilMs: untilMs ?? undefined }, nowMs)
  }
  await moveSpoolPosition(tx, sourceId, kept.position, nowMs)
}

function split(rows: readonly CaptureBatchRow[]): Pick<CaptureBatch, 'legs' | 'cel' | 'queue'> {
  return {
    legs: rows.flatMap((row) => (row.kind === 'leg' ? [row.leg] : [])),
    cel: rows.flatMap((row) => (row.kind === 'cel' ? [row.cel] : [])),
    queue: rows.flatMap((row) => (row.kind === 'queue' ? [row.event] : [])),
  }
}

function secretOf(connection: SourceConnection, key: Buffer): string | undefined {
  try {
    return openSecret(key, connection.secretSealed)
  } catch {
    return undefined // sealed with another key: the data directory was replaced
  }
}

const WRONG_KEY = 'the stored secret cannot be opened with the key of this installation; enter it again'

function unusable(connection: SourceConnection, states: StateWriter, detail: string): SourceCapture {
  const status: SourceStatus = { ...NOTHING_CAPTURED, state: 'refused', detail }
  states.set(connection.sourceId, status)
  return {
    status: () => status,
    stop: async () => states.set(connection.sourceId, { ...status, state: 'stopped', detail: '' }),
  }
}
