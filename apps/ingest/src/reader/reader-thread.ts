// The door to the thread that reads: starts it with the first source, tells what it is told to whom it concerns.

import { Worker } from 'node:worker_threads'
import type { FailPointSpec, Log } from '@tollbook/runtime'
import type { Reader, ReaderOptions, ReaderTold } from './reader.ts'
import type { FromThread, ThreadData, ToThread } from './thread.ts'

export type ReaderThread = {
  /** Starts reading one source; what it tells arrives in order, `opened` or `failed` first. */
  start(options: ReaderOptions, log: Log, hear: (told: ReaderTold) => void): Reader
  /** Ends the thread; its readers are stopped before. */
  close(): Promise<void>
}

/** Reading needs little memory; a leak shall not take the machine's. MiB. */
const LIMITS = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 192 }

type Listener = { readonly log: Log; readonly hear: (told: ReaderTold) => void; readonly stopped: () => void }

export function readerThread(failPoint?: FailPointSpec): ReaderThread {
  const listeners = new Map<number, Listener>()
  let worker: Worker | undefined
  let lastId = 0
  const post = (message: ToThread) => worker?.postMessage(message)
  const begin = () => {
    const workerData: ThreadData = { failPoint }
    const begun = new Worker(new URL('./thread.ts', import.meta.url), { workerData, resourceLimits: LIMITS })
    begun.on('message', (message: FromThread) => dispatch(listeners, message))
    // Without it nothing is read: the process ends, and whoever watches it starts it again.
    begun.on('error', (error) => {
      throw error
    })
    return begun
  }
  return {
    start(options, log, hear) {
      worker ??= begin()
      const id = ++lastId
      const ended = Promise.withResolvers<void>()
      listeners.set(id, { log, hear, stopped: ended.resolve })
      post({ kind: 'start', id, options })
      return {
        release: (before) => post({ kind: 'release', id, before }),
        async stop() {
          post({ kind: 'stop', id })
          await ended.promise
          listeners.delete(id)
        },
      }
    },
    async close() {
      await worker?.terminate()
      worker = undefined
    },
  }
}

function dispatch(listeners: ReadonlyMap<number, Listener>, message: FromThread): void {
  const listener = listeners.get(message.id)
  if (listener === undefined) return
  if (message.kind === 'log') listener.log[message.level](message.data, message.text)
  else if (message.kind === 'stopped') listener.stopped()
  else listener.hear(message)
}
