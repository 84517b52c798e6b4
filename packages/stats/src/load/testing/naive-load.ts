// Load the long way, for tests: at every instant at which anything happens, all channels are looked at.

/** A trunk channel; µs since the epoch; `answered` = `to` when nobody answered. */
export type Channel = {
  readonly trunk: number
  readonly source: number
  readonly from: number
  readonly to: number
  readonly answered: number
  readonly cause: number
}

type Interval = { from: number; to: number }

/** What a row over [from, to) has to say. `held` and `met` at each limit but 0. */
export function naiveRow(all: readonly Channel[], from: number, to: number, limits: readonly number[]) {
  const taken = all.map((c) => ({ from: c.from, to: c.to }))
  const talks = all.map((c) => ({ from: Math.max(c.from, c.answered), to: c.to })).filter((t) => t.from < t.to)
  const steps = stepsOf(taken, from, to)
  const peak = Math.max(0, ...steps.map((s) => s.level))
  const begun = all.filter((c) => c.from >= from && c.from < to)
  return {
    starts: begun.length,
    congested: begun.filter((c) => [34, 38, 42, 44].includes(c.cause)).length,
    cps: Math.max(0, ...begun.map((c) => begun.filter((d) => second(c) === second(d)).length)),
    peak,
    peakAtUs: peak === 0 ? from : steps.find((s) => s.level === peak)!.from,
    talkPeak: Math.max(0, ...stepsOf(talks, from, to).map((s) => s.level)),
    takenUs: overlap(taken, from, to),
    talkUs: overlap(talks, from, to),
    held: limits.slice(1).map((n) => steps.reduce((sum, s) => sum + (s.level >= n ? s.to - s.from : 0), 0)),
    met: limits.slice(1).map((n) => metFull(all, begun, n)),
  }
}

const second = (c: Channel) => Math.floor(c.from / 1_000_000)

function stepsOf(all: readonly Interval[], from: number, to: number) {
  const inside = all.flatMap((i) => [i.from, i.to]).filter((t) => t > from && t < to)
  const at = [...new Set([from, ...inside, to])].sort((a, b) => a - b)
  return at.slice(0, -1).map((t, i) => ({ from: t, to: at[i + 1]!, level: levelAt(all, t) }))
}

function levelAt(all: readonly Interval[], t: number): number {
  return all.filter((i) => i.from <= t && t < i.to).length
}

function overlap(all: readonly Interval[], from: number, to: number): number {
  return all.reduce((sum, i) => sum + Math.max(0, Math.min(to, i.to) - Math.max(from, i.from)), 0)
}

/** Of seizures at one instant, those of no length come first; each of the others finds one more taken. */
function metFull(all: readonly Channel[], begun: readonly Channel[], limit: number): number {
  let met = 0
  for (const t of new Set(begun.map((c) => c.from))) {
    const now = begun.filter((c) => c.from === t)
    const before = all.filter((c) => c.from < t && t < c.to).length
    const moments = now.filter((c) => c.to <= c.from).length
    if (before >= limit) met += moments
    const lasting = now.length - moments
    met += lasting - Math.min(lasting, Math.max(0, limit - before))
  }
  return met
}
