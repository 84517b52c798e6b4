// What PostgreSQL announces on channel "tollbook", handed on to open pages. One connection for all of them, taken up
// again when it breaks. Carries topics, never data.

import type { Db } from '@tollbook/db'
import type { LiveEvent } from './wire.ts'

export type Topic = LiveEvent['topic']
type Listener = (topic: Topic) => void

export const TOPICS: readonly Topic[] = ['calls', 'imports', 'sources', 'stats']
/** Each page open holds one; the bound keeps sockets and memory finite. */
const MAX_LISTENERS = 500
const RETRY_FIRST_MS = 500
const RETRY_LAST_MS = 15_000

export type LiveFeed = {
  /** Resolves to the way to stop once announcements are being heard; undefined when there are too many listeners. */
  listen(listener: Listener): Promise<(() => void) | undefined>
  close(): Promise<void>
}

/**
 * Connects at the first listener. After a break every listener is told every topic, since what was announced
 * meanwhile is not known.
 */
export function liveFeed(db: Db): LiveFeed {
  const listeners = new Set<Listener>()
  let connecting: Promise<void> | undefined
  let release: (() => void) | undefined
  let retry: NodeJS.Timeout | undefined
  let closed = false

  const tell = (topic: Topic) => {
    for (const listener of [...listeners]) listener(topic)
  }
  const connect = async () => {
    const client = await db.pool.connect()
    const lost = () => {
      if (release === undefined) return
      release()
      connecting = undefined
      if (!closed) reconnect(RETRY_FIRST_MS)
    }
    release = () => {
      release = undefined
      client.removeAllListeners('notification')
      client.release(true)
    }
    client.on('notification', ({ payload }) => {
      const topic = TOPICS.find((t) => t === payload)
      if (topic) tell(topic)
    })
    client.on('error', lost)
    client.on('end', lost)
    await client.query('listen tollbook')
  }
  const reconnect = (waitMs: number) => {
    retry = setTimeout(() => {
      // A page that opened meanwhile may already have connected.
      connecting ??= connect()
      connecting.then(
        () => TOPICS.forEach(tell),
        () => {
          connecting = undefined
          release?.()
          if (!closed) reconnect(Math.min(waitMs * 2, RETRY_LAST_MS))
        },
      )
    }, waitMs)
    retry.unref()
  }
  return {
    async listen(listener) {
      if (closed || listeners.size >= MAX_LISTENERS) return undefined
      listeners.add(listener)
      connecting ??= connect()
      try {
        await connecting
      } catch (error) {
        listeners.delete(listener)
        connecting = undefined
        release?.()
        throw error
      }
      return () => listeners.delete(listener)
    },
    async close() {
      closed = true
      clearTimeout(retry)
      await connecting?.catch(() => undefined)
      release?.()
    },
  }
}
