// Splits ascending instants into runs, so that a run is recomputed in one statement and a gap is not read.

/** Neighbours no more than `gapMs` apart share a run. `instants` ascending. */
export function runsOf(instants: readonly number[], gapMs: number): readonly (readonly number[])[] {
  const runs: number[][] = []
  for (const at of instants) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    if (run && last !== undefined && at - last <= gapMs) run.push(at)
    else runs.push([at])
  }
  return runs
}
