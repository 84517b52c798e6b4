// Waiting and trying again, at the edge of an app only. Delays grow, are jittered, and end when the process stops.

/** Waits `ms` milliseconds, or less when `signal` fires. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      done()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}

/** Delay before try number `attempt` (1, 2, …): doubling from 200 ms to 30 s, each between half and all of that. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(30_000, 200 * 2 ** Math.min(attempt - 1, 10))
  return Math.round(full / 2 + (full / 2) * random())
}
