// Random numbers that are the same for the same seed (mulberry32), so that a damage found can be made again.

/** A whole number from 0, below the one given. */
export type Pick = (below: number) => number

export function random(seed: number): Pick {
  let a = seed
  return (below) => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}
