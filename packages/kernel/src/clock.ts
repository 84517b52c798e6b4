// Time is handed in: below the apps nothing asks the machine what time it is.

export type Clock = {
  /** Now, as milliseconds since the Unix epoch (UTC). */
  now(): number
}

/** The machine's own clock; only apps may choose it. */
export const systemClock: Clock = { now: () => Date.now() }

/** A clock that stands still until moved; for tests and for work that must be repeatable. */
export function fixedClock(startMs: number): Clock & { move(ms: number): void } {
  let at = startMs
  return {
    now: () => at,
    move(ms) {
      at += ms
    },
  }
}
