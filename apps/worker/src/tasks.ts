// Repeating work: each task runs at its own pace, at once when somebody says that there is something to do, never
// twice at a time. A task that throws is logged and tried again, later each time.

import { backoffMs, type Log, pause } from '@tollbook/runtime'

export type Task = {
  readonly name: string
  /** Longest pause between two looks, milliseconds. */
  readonly everyMs: number
  /** Topics of notifications after which to look at once. */
  readonly topics: readonly string[]
  /** Does what there is to do; true when there may be more at once. What takes long leaves off when `stopping` says so. */
  readonly run: (stopping: AbortSignal) => Promise<boolean>
}

export type Tasks = {
  /** Wakes the tasks that wait for `topic`. */
  wake(topic: string): void
  /** Lets running work end and starts no more. */
  stop(): Promise<void>
}

/** Starts the tasks. */
export function startTasks(tasks: readonly Task[], log: Log): Tasks {
  const stopping = new AbortController()
  const running = tasks.map((task) => {
    const bell = createBell()
    stopping.signal.addEventListener('abort', bell.ring)
    return { task, bell, ended: repeat(task, bell, stopping.signal, log) }
  })
  return {
    wake(topic) {
      for (const { task, bell } of running) if (task.topics.includes(topic)) bell.ring()
    },
    async stop() {
      stopping.abort()
      await Promise.all(running.map((r) => r.ended))
    },
  }
}

async function repeat(task: Task, bell: Bell, stopping: AbortSignal, log: Log): Promise<void> {
  let failures = 0
  while (!stopping.aborted) {
    try {
      const more = await task.run(stopping)
      failures = 0
      if (!more) await bell.wait(task.everyMs)
    } catch (error) {
      failures++
      log.error({ task: task.name, err: error, failures }, `${task.name} failed and will be tried again`)
      await pause(backoffMs(failures), stopping)
    }
  }
}

type Bell = { readonly ring: () => void; readonly wait: (ms: number) => Promise<void> }

/** A bell that is remembered: rung while nobody waits, it ends the next wait at once. */
function createBell(): Bell {
  let rung = false
  let wake: (() => void) | undefined
  return {
    ring() {
      rung = true
      wake?.()
    },
    async wait(ms) {
      if (!rung) {
        const woken = Promise.withResolvers<void>()
        wake = woken.resolve
        const timer = setTimeout(woken.resolve, ms)
        await woken.promise
        clearTimeout(timer)
        wake = undefined
      }
      rung = false
    },
  }
}
