// Slows down guessing: how often somebody failed lately, per key, in bounded memory. Forgets on restart, which is fine:
// an argon2id check costs a tenth of a second anyway.

/** A window this long is what a person who mistyped can wait for. */
const WINDOW_MS = 15 * 60_000
/** Keys kept at most; the oldest is forgotten. Each is some 100 bytes. */
const MAX_KEYS = 10_000

export type AttemptLimit = {
  /** Counts an attempt; false when the key has had its share and the attempt must not be made. */
  take(key: string, nowMs: number): boolean
  /** The attempt was right after all. */
  giveBack(key: string): void
}

/** At most `max` attempts a key in fifteen minutes. */
export function attemptLimit(max: number): AttemptLimit {
  const windows = new Map<string, { startedMs: number; count: number }>()
  return {
    take(key, nowMs) {
      const window = windows.get(key)
      if (window && nowMs - window.startedMs < WINDOW_MS) {
        if (window.count >= max) return false
        window.count++
        return true
      }
      windows.delete(key)
      windows.set(key, { startedMs: nowMs, count: 1 })
      if (windows.size > MAX_KEYS) windows.delete(windows.keys().next().value!)
      return true
    },
    giveBack(key) {
      const window = windows.get(key)
      if (window) window.count--
    },
  }
}
