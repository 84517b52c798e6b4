// Times of a benchmark, in milliseconds: medians of several runs after one that warms up, percentiles over questions.

const TIMES = 5

export type Timed = { readonly name: string; readonly ms: number }

export async function median(work: () => Promise<unknown>): Promise<number> {
  await work()
  const times: number[] = []
  // What takes seconds is asked fewer times: it varies less.
  for (let i = 0; i < TIMES && sum(times) < 10_000; i++) times.push(await timed(work))
  return tenths(times.sort((a, b) => a - b)[times.length >> 1]!)
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now()
  await work()
  return performance.now() - startedMs
}

export function percentile(times: readonly number[], percent = 95): number {
  const sorted = [...times].sort((a, b) => a - b)
  return tenths(sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0)
}

export function worst(times: readonly Timed[]): Timed {
  return times.reduce((a, b) => (b.ms > a.ms ? b : a))
}

export function tenths(ms: number): number {
  return Math.floor(ms * 10) / 10
}

export function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}
