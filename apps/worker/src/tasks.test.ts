// Tasks wake when told, do not overlap, survive a failure, and end in order.

import { describe, expect, it } from 'vitest'
import { startTasks } from './tasks.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }

describe('startTasks', () => {
  it('runs again at once while there is more, then waits until woken', async () => {
    let runs = 0
    let idle = Promise.withResolvers<void>()
    const tasks = startTasks(
      [
        {
          name: 'count',
          everyMs: 3_600_000,
          topics: ['calls'],
          run: async () => {
            runs++
            if (runs % 3 === 0) idle.resolve()
            return runs % 3 !== 0
          },
        },
      ],
      silent,
    )
    await idle.promise
    expect(runs).toBe(3)
    idle = Promise.withResolvers<void>()
    tasks.wake('imports')
    tasks.wake('calls')
    await idle.promise
    expect(runs).toBe(6)
    await tasks.stop()
  })

  it('goes on after a failure and says what failed', async () => {
    const said: string[] = []
    const again = Promise.withResolvers<void>()
    let runs = 0
    const tasks = startTasks(
      [
        {
          name: 'fragile',
          everyMs: 3_600_000,
          topics: [],
          run: async () => {
            if (++runs === 1) throw new Error('away')
            again.resolve()
            return false
          },
        },
      ],
      { ...silent, error: (_, message) => void said.push(message) },
    )
    await again.promise
    await tasks.stop()
    expect(said).toEqual(['fragile failed and will be tried again'])
  })

  it('lets running work end before it stops', async () => {
    const begun = Promise.withResolvers<void>()
    const finish = Promise.withResolvers<void>()
    let done = false
    const run = async () => {
      begun.resolve()
      await finish.promise
      done = true
      return true
    }
    const tasks = startTasks([{ name: 'long', everyMs: 1, topics: [], run }], silent)
    await begun.promise
    const stopped = tasks.stop()
    finish.resolve()
    await stopped
    expect(done).toBe(true)
  })
})
