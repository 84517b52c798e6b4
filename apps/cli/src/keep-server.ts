// Keeps the embedded server running below `npm start`: when it is killed (by hand, or by a machine that runs out of
// memory) it is started again where it was, so that the other processes find it under the same address.

import type { EmbeddedServer } from '@tollbook/db/embedded'

export type KeepServerOptions = {
  /** Starts the server anew on this port. */
  readonly start: (port: number) => Promise<EmbeddedServer>
  readonly say: (text: string) => void
  /** Called when it cannot be kept alive. */
  readonly onGivenUp: () => void
}

/** Deaths after which it is given up. PostgreSQL by itself never dies; who is killed this often lacks memory. */
const DEATHS_MAX = 10

/** Watches over `first` until stopped. */
export function keepServer(first: EmbeddedServer, { start, say, onGivenUp }: KeepServerOptions) {
  let current: Promise<EmbeddedServer | undefined> = Promise.resolve(first)
  let stopping = false
  let deaths = 0

  const watch = async (server: EmbeddedServer): Promise<void> => {
    await server.ended
    if (stopping) return
    if (++deaths > DEATHS_MAX) {
      say(`The database has ended ${deaths} times; see postgres.log.`)
      return onGivenUp()
    }
    say('The database has ended; starting it again …')
    current = start(server.port).catch((error: Error) => {
      say(error.message)
      onGivenUp()
      return undefined
    })
    const again = await current
    if (again !== undefined) return watch(again)
  }
  void watch(first)

  return {
    /** Stops the server, also one that is just being started. */
    async stop(): Promise<void> {
      stopping = true
      await (await current)?.stop()
    },
  }
}
