// Word from other processes that something changed (NOTIFY). Only a hint to look again: a listener also looks by
// itself from time to time, for what was said while it was not connected is lost.

import type pg from 'pg'
import type { Db } from './connect.ts'

/** The one channel; the payload names what changed: "calls", "imports", "sources", "stats". */
const CHANNEL = 'tollbook'
/** Pause before connecting again, milliseconds: short, for a listener that is away makes pages late. */
const RECONNECT_MS = 1000

export type Listener = { close(): Promise<void> }

/**
 * Calls `heard` for each notification until closed, connecting again when the connection breaks. `connected` is called
 * each time listening has begun: what was said before that moment was not heard.
 */
export function listen(db: Db, heard: (topic: string) => void, connected: () => void = () => undefined): Listener {
  let closed = false
  let client: pg.PoolClient | undefined
  let timer: NodeJS.Timeout | undefined
  let lost: (() => void) | undefined

  const open = async (): Promise<void> => {
    try {
      const mine = await db.pool.connect()
      if (closed) return mine.release()
      client = mine
      lost = () => {
        lost = undefined
        client = undefined
        mine.release(true)
        if (!closed) timer = setTimeout(() => void open(), RECONNECT_MS)
      }
      mine.on('notification', (n) => heard(n.payload ?? ''))
      mine.once('error', () => lost?.())
      mine.once('end', () => lost?.())
      await mine.query(`listen ${CHANNEL}`)
      connected()
    } catch {
      if (client !== undefined) lost?.()
      else if (!closed) timer = setTimeout(() => void open(), RECONNECT_MS)
    }
  }
  const opening = open()

  return {
    async close() {
      closed = true
      clearTimeout(timer)
      await opening
      lost?.()
    },
  }
}

/** Tells listeners in all processes that `topic` changed, once the surrounding transaction commits. */
export function notifyStatement(topic: string): { text: string; values: string[] } {
  return { text: 'select pg_notify($1, $2)', values: [CHANNEL, topic] }
}
