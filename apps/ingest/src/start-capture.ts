// One stored connection wired to the database: opens its secret, captures its calls, sets aside what is not one.

import { NO_AMI_FACTS } from '@tollbook/asterisk/ami'
import { setAside } from '@tollbook/calls'
import { type CaptureBatch, captureBatch } from '@tollbook/charging'
import type { Db } from '@tollbook/db'
import type { SourceConnection } from '@tollbook/directory'
import { type Clock, WAY } from '@tollbook/kernel'
import { type Log, openSecret } from '@tollbook/runtime'
import type { CaptureBatchItem } from './batch-queue.ts'
import { captureSource, type SourceCapture, type SourceStatus } from './capture-source.ts'
import type { StateWriter } from './source-state.ts'

export type StartCaptureRoom = {
  readonly db: Db
  readonly clock: Clock
  readonly log: Log
  readonly states: StateWriter
  /** Opens the stored AMI secrets. */
  readonly key: Buffer
}

/** Starts capturing one connection; one whose secret cannot be opened only says so. */
export function startCapture(connection: SourceConnection, room: StartCaptureRoom): SourceCapture {
  const { db, clock, log, states } = room
  const { sourceId, tenantId } = connection
  states.begin(sourceId)
  const secret = secretOf(connection, room.key)
  if (secret === undefined) return unusable(connection, states)
  let book: CaptureBatch['book']
  return captureSource({
    source: connection,
    target: { host: connection.host, port: connection.port, username: connection.username, secret },
    capture: async (batch, zone) => {
      const from = { way: WAY.live, toldBy: 'ami', zone }
      const at = { nowMs: clock.now(), book }
      const done = await captureBatch(db, { tenantId, sourceId, ...from, ...splitBatch(batch), ...at })
      book = done.book
    },
    setAside: async (rejects, zone) => {
      await setAside(db, { tenantId, sourceId, importId: undefined, zone, format: 'ami' }, rejects, clock.now())
    },
    onChange: (status) => states.set(sourceId, status),
    clock,
    log,
  })
}

function splitBatch(batch: readonly CaptureBatchItem[]): Pick<CaptureBatch, 'legs' | 'cel'> {
  return {
    legs: batch.flatMap((item) => (item.kind === 'leg' ? [item.leg] : [])),
    cel: batch.flatMap((item) => (item.kind === 'cel' ? [item.cel] : [])),
  }
}

function secretOf(connection: SourceConnection, key: Buffer): string | undefined {
  try {
    return openSecret(key, connection.secretSealed)
  } catch {
    return undefined // sealed with another key: the data directory was replaced
  }
}

function unusable(connection: SourceConnection, states: StateWriter): SourceCapture {
  const status: SourceStatus = {
    ...{
      state: 'refused',
      detail: 'the stored secret cannot be opened with the key of this installation; enter it again',
    },
    ...{ version: '', ...NO_AMI_FACTS },
    ...{ lastEventAtMs: undefined, legs: 0, cel: 0, rejected: 0 },
  }
  states.set(connection.sourceId, status)
  return {
    status: () => status,
    stop: async () => states.set(connection.sourceId, { ...status, state: 'stopped', detail: '' }),
  }
}
