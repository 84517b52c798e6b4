// GET /events: tells open pages what to read again, as server-sent events.

import { createRoute, z } from '@hono/zod-openapi'
import { streamSSE } from 'hono/streaming'
import type { ApiDeps } from '../api-deps.ts'
import type { Topic } from '../live-feed.ts'
import { Refusal } from '../problem.ts'
import { access, newRouter } from '../router.ts'

/** Below the minute after which proxies cut a silent connection. */
const HEARTBEAT_MS = 25_000
/** After this a stream ends and the browser comes back, so that an ended session does not listen on. */
const STREAM_MS = 30 * 60_000
/** Topics that come in a burst are told once: an import announces every batch. */
const GATHER_MS = 250

export function eventRoutes({ feed, clock }: ApiDeps) {
  return newRouter().openapi(
    createRoute({
      ...access('viewer'),
      method: 'get',
      path: '/events',
      tags: ['Live'],
      summary: 'What to read again: {"topic": "calls" | "imports" | "sources" | "stats" | "decks" | "revaluations"}',
      responses: { 200: { description: 'Events', content: { 'text/event-stream': { schema: z.string() } } } },
    }),
    async (c) => {
      // At most one of each topic waits, however slowly a page reads: memory is bounded by the words there are.
      const waiting = new Set<Topic>()
      let wake: () => void = () => undefined
      const stop = await feed.listen((topic) => {
        waiting.add(topic)
        wake()
      })
      if (!stop) throw new Refusal('too-many-listeners')
      c.header('x-accel-buffering', 'no')
      return streamSSE(c, async (out) => {
        out.onAbort(() => {
          stop()
          wake()
        })
        try {
          await out.write(': hello\n\n')
          const endMs = clock.now() + STREAM_MS
          while (clock.now() < endMs && !out.aborted) {
            const timer = setTimeout(() => wake(), HEARTBEAT_MS)
            await new Promise<void>((resolve) => {
              wake = resolve
              if (waiting.size > 0 || out.aborted) resolve()
            })
            clearTimeout(timer)
            if (waiting.size > 0) await out.sleep(GATHER_MS)
            const topics = [...waiting]
            waiting.clear()
            if (topics.length === 0) await out.write(': still here\n\n')
            for (const topic of topics) await out.writeSSE({ data: JSON.stringify({ topic }) })
          }
        } finally {
          stop()
        }
      })
    },
  )
}
