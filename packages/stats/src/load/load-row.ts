// What is kept of the load of a trunk, a source, or all together: how many channels were taken, in stretches of time.
// Instants and lengths are whole microseconds since the epoch, which fit a safe integer.

export const SCOPE = { all: 0, trunk: 1, source: 2 } as const

export const MINUTE_US = 60_000_000
export const MINUTES_OF_QUARTER = 15
export const QUARTER_US = MINUTES_OF_QUARTER * MINUTE_US

/** A stretch that lies within one quarter of an hour: of trunk_minute, or of trunk_quarter (15 minutes). */
export type LoadRow = {
  readonly scope: number
  readonly scopeId: number
  /** Where it begins: a full minute, or where the window that was swept began. */
  readonly atUs: number
  /** Whole minutes of the clock that it stands for, the first counted whole. */
  readonly minutes: number
  /** Taken when it began, before what happened at that very instant. */
  readonly carry: number
  readonly starts: number
  readonly ends: number
  readonly congested: number
  readonly cps: number
  readonly peak: number
  readonly peakAtUs: number
  readonly talkPeak: number
  readonly takenUs: number
  readonly talkUs: number
  /** Level that the first element of `held` and of `met` is about. */
  readonly low: number
  /** Time at each level; empty where no limit can be asked about. */
  readonly held: readonly number[]
  /** Seizures that found so many channels taken. */
  readonly met: readonly number[]
}

/** Time with at least `limit` channels taken; 0 for an unknown limit (0). */
export function heldFrom(row: LoadRow, limit: number): number {
  return limit > 0 ? sumFrom(row.held, limit - row.low) : 0
}

/** Seizures that found at least `limit` channels taken. */
export function metFrom(row: LoadRow, limit: number): number {
  return limit > 0 ? sumFrom(row.met, limit - row.low) : 0
}

function sumFrom(values: readonly number[], first: number): number {
  let sum = 0
  for (let i = Math.max(0, first); i < values.length; i++) sum += values[i]!
  return sum
}

/** Rows of minutes as rows of quarters. Rows of one scope lie together and ascend. */
export function quartersOf(rows: readonly LoadRow[]): readonly LoadRow[] {
  const quarters: LoadRow[] = []
  let from = 0
  for (let i = 1; i <= rows.length; i++) {
    if (i < rows.length && sameQuarter(rows[from]!, rows[i]!)) continue
    quarters.push(together(rows.slice(from, i)))
    from = i
  }
  return quarters
}

function sameQuarter(a: LoadRow, b: LoadRow): boolean {
  return a.scope === b.scope && a.scopeId === b.scopeId && quarterAt(a.atUs) === quarterAt(b.atUs)
}

function together(rows: readonly LoadRow[]): LoadRow {
  const first = rows[0]!
  const sum = (of: (row: LoadRow) => number) => rows.reduce((all, row) => all + of(row), 0)
  const most = (of: (row: LoadRow) => number) => rows.reduce((all, row) => Math.max(all, of(row)), 0)
  const peak = most((r) => r.peak)
  const low = rows.reduce((all, row) => Math.min(all, row.low), first.low)
  return {
    ...{ scope: first.scope, scopeId: first.scopeId, carry: first.carry, low, peak },
    ...{
      atUs: quarterAt(first.atUs),
      minutes: MINUTES_OF_QUARTER,
      peakAtUs: rows.find((r) => r.peak === peak)!.peakAtUs,
    },
    starts: sum((r) => r.starts),
    ends: sum((r) => r.ends),
    congested: sum((r) => r.congested),
    cps: most((r) => r.cps),
    talkPeak: most((r) => r.talkPeak),
    takenUs: sum((r) => r.takenUs),
    talkUs: sum((r) => r.talkUs),
    held: levels(rows, low, (r) => r.held),
    met: levels(rows, low, (r) => r.met),
  }
}

function levels(rows: readonly LoadRow[], low: number, of: (row: LoadRow) => readonly number[]): readonly number[] {
  const sums: number[] = []
  for (const row of rows) {
    of(row).forEach((value, i) => {
      const level = row.low + i - low
      while (sums.length <= level) sums.push(0)
      sums[level]! += value
    })
  }
  return sums
}

/** Start of the quarter of an hour that holds an instant. */
export function quarterAt(us: number): number {
  return us - (us % QUARTER_US)
}
