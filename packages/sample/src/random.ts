// Repeatable chance: the same seed gives the same numbers on every machine. Not for secrets.

/** A source of numbers in [0, 1). */
export type Random = () => number

/** Four words of state (sfc32): passes the usual statistical batteries and costs a few nanoseconds. */
export function random(seed: number): Random {
  let a = 0x9e3779b9
  let b = 0x243f6a88
  let c = seed | 0
  let d = 1
  const next = () => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + t
    return (t >>> 0) / 4294967296
  }
  for (let i = 0; i < 12; i++) next()
  return next
}

/** A whole number from 0 to `below` - 1. */
export function pickInt(chance: Random, below: number): number {
  return Math.floor(chance() * below)
}

/** One item, all equally likely. */
export function pick<T>(chance: Random, items: readonly T[]): T {
  return items[pickInt(chance, items.length)]!
}

/** A function that picks items in proportion to their weights. */
export function weighted<T>(items: readonly T[], weightOf: (item: T) => number): (chance: Random) => T {
  const sums: number[] = []
  let sum = 0
  for (const item of items) {
    sum += weightOf(item)
    sums.push(sum)
  }
  return (chance) => {
    const at = chance() * sum
    let i = 0
    while (i < sums.length - 1 && sums[i]! <= at) i++
    return items[i]!
  }
}

/** Log-normal: `median` times e to the power of a normal deviate of width `sigma`. Call lengths look like this. */
export function logNormal(chance: Random, median: number, sigma: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - chance()))
  return median * Math.exp(sigma * radius * Math.cos(2 * Math.PI * chance()))
}
