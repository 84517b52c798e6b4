// The embedded server below `npm start`, killed: it is started again in its place, a few times.

import type { EmbeddedServer } from '@tollbook/db/embedded'
import { expect, it } from 'vitest'
import { keepServer } from './keep-server.ts'

/** A server that dies when told to. */
function mortal(port: number) {
  const { promise: ended, resolve: die } = Promise.withResolvers<void>()
  const server: EmbeddedServer = { pid: 1, port, mode: 'direct', url: () => '', ended, stop: async () => die() }
  return { server, die }
}

it('is started again on the same port, and stopped as the one that runs then', async () => {
  const first = mortal(5001)
  const second = mortal(5001)
  const asked: number[] = []
  const started = Promise.withResolvers<void>()
  const kept = keepServer(first.server, {
    start: async (port) => {
      asked.push(port)
      started.resolve()
      return second.server
    },
    say: () => undefined,
    onGivenUp: () => expect.unreachable(),
  })
  first.die()
  await started.promise
  await kept.stop()
  await second.server.ended
  expect(asked).toEqual([5001])
})

it('is given up when it cannot be started, or dies again and again', async () => {
  const broken = mortal(5001)
  const said: string[] = []
  const unable = Promise.withResolvers<void>()
  keepServer(broken.server, {
    start: () => Promise.reject(new Error('the disk is full')),
    say: (text) => said.push(text),
    onGivenUp: unable.resolve,
  })
  broken.die()
  await unable.promise
  expect(said.at(-1)).toBe('the disk is full')

  let starts = 0
  const often = Promise.withResolvers<void>()
  const dying = () => {
    const one = mortal(5001)
    one.die()
    starts++
    return one.server
  }
  keepServer(dying(), { start: async () => dying(), say: () => undefined, onGivenUp: often.resolve })
  await often.promise
  expect(starts).toBe(11)
})
