// What PostgreSQL announces, handed on to open pages. One connection for all of them. Carries topics, never data.

import { type Db, type Listener as DbListener, listen } from '@tollbook/db'
import type { LiveEvent } from './wire.ts'

export type Topic = LiveEvent['topic']
type Hear = (topic: Topic) => void

const TOPICS: readonly Topic[] = ['calls', 'imports', 'sources', 'stats', 'decks', 'revaluations']
/** Each open page holds one; the bound keeps sockets and memory finite. */
const MAX_LISTENERS = 500

export type LiveFeed = {
  /** Resolves to the way to stop once announcements are being heard; undefined when there are too many listeners. */
  listen(hear: Hear): Promise<(() => void) | undefined>
  close(): Promise<void>
}

/**
 * Connects at the first listener. After a break every listener is told every topic, since what was announced
 * meanwhile is not known.
 */
export function liveFeed(db: Db): LiveFeed {
  const listeners = new Set<Hear>()
  const first = Promise.withResolvers<void>()
  let connection: DbListener | undefined
  let connections = 0

  const tell = (topic: string) => {
    const known = TOPICS.find((t) => t === topic)
    if (known) for (const hear of [...listeners]) hear(known)
  }
  const connected = () => {
    if (connections++ > 0) TOPICS.forEach(tell)
    first.resolve()
  }
  return {
    async listen(hear) {
      if (listeners.size >= MAX_LISTENERS) return undefined
      listeners.add(hear)
      connection ??= listen(db, tell, connected)
      await first.promise
      return () => listeners.delete(hear)
    },
    async close() {
      listeners.clear()
      await connection?.close()
    },
  }
}
