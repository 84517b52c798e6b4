// The thread in which all sources are read. It does nothing else, so that however long a batch takes to be stitched and
// priced, no socket waits: Asterisk cuts one that was full for 100 ms.

import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '@tollbook/kernel'
import { armFailPoint, type FailPointSpec, type Log } from '@tollbook/runtime'
import { type Reader, type ReaderOptions, type ReaderTold, startReader } from './reader.ts'

/** To the thread; `id` names one reader. */
export type ToThread =
  | { readonly kind: 'start'; readonly id: number; readonly options: ReaderOptions }
  | { readonly kind: 'release'; readonly id: number; readonly before: number }
  | { readonly kind: 'stop'; readonly id: number }

/** From the thread. */
export type FromThread = { readonly id: number } & (
  | ReaderTold
  | { readonly kind: 'stopped' }
  | { readonly kind: 'log'; readonly level: keyof Log; readonly data: object; readonly text: string }
)

export type ThreadData = { readonly failPoint: FailPointSpec | undefined }

const port = parentPort!
const readers = new Map<number, Reader>()
armFailPoint((workerData as ThreadData).failPoint)
preferThisThread()
const say = (message: FromThread) => port.postMessage(message)

port.on('message', (message: ToThread) => {
  const { id } = message
  if (message.kind === 'start') start(id, message.options)
  else if (message.kind === 'release') readers.get(id)?.release(message.before)
  else void stop(id)
})

function start(id: number, options: ReaderOptions): void {
  try {
    readers.set(
      id,
      startReader(options, { clock: systemClock, log: logOf(id) }, (told) => say({ id, ...told })),
    )
  } catch (error) {
    say({ id, kind: 'failed', reason: error instanceof Error ? error.message : String(error) })
  }
}

async function stop(id: number): Promise<void> {
  await readers.get(id)?.stop()
  readers.delete(id)
  say({ id, kind: 'stopped' })
}

/** It works little and must work at once. Where the system does not allow it, it is a thread like any other. */
function preferThisThread(): void {
  try {
    setPriority(-10)
  } catch {}
}

/** Errors do not cross threads whole. */
function logOf(id: number): Log {
  const line = (level: keyof Log) => (data: object, text: string) => {
    const { err, ...rest } = data as { readonly err?: unknown }
    const plain = err instanceof Error ? { ...rest, err: { message: err.message, stack: err.stack } } : rest
    say({ id, kind: 'log', level, data: plain, text })
  }
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') }
}
