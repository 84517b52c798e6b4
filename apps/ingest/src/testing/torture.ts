// npm run torture: crash runs by the thousand, one after the other, with a line of progress and the figures at the end.
// A run that differs prints the command that repeats just that one, and leaves its database and files.

import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { FAIL_POINTS } from '@tollbook/kernel'
import { loadSecretKey } from '@tollbook/runtime'
import { crashCluster } from './crash-cluster.ts'
import { type Crash, type CrashRoom, type CrashRun, crashRun, forget } from './crash-run.ts'
import { fuzz } from './fuzz.ts'

const { values } = parseArgs({
  options: {
    points: { type: 'string', default: String(FAIL_POINTS.length) },
    seeds: { type: 'string', default: '40' },
    shutdowns: { type: 'string', default: '200' },
    cuts: { type: 'string', default: '200' },
    fuzz: { type: 'string', default: '1000000' },
    from: { type: 'string', default: '1' },
    only: { type: 'string' },
    workers: { type: 'string', default: '2' },
    dir: { type: 'string', default: join(tmpdir(), 'tollbook-torture') },
  },
})

type Wanted = { readonly crash: Crash; readonly seed: number }

function wanted(): Wanted[] {
  if (values.only !== undefined) {
    const [crash, seed] = values.only.split('@')
    if (seed !== undefined) return [{ crash: crash as Crash, seed: Number(seed) }]
    return range(0, Number(values.seeds)).map((n) => ({ crash: crash as Crash, seed: Number(values.from) + n }))
  }
  const points = FAIL_POINTS.slice(0, Number(values.points))
  const seeds = Number(values.seeds)
  // Round by round, each with its share of everything, so that a run that is broken off has seen all kinds.
  const rounds = Math.max(1, seeds)
  const share = (crash: Crash, all: number, round: number): Wanted[] =>
    range(Math.floor((all * round) / rounds), Math.floor((all * (round + 1)) / rounds)).map((n) => ({
      crash,
      seed: Number(values.from) + n,
    }))
  return range(0, rounds).flatMap((round) => [
    ...points.flatMap((name) => share(`point:${name}`, seeds, round)),
    ...share('shutdown', Number(values.shutdowns), round),
    ...share('cut', Number(values.cuts), round),
  ])
}

function range(from: number, until: number): number[] {
  return Array.from({ length: until - from }, (_, i) => from + i)
}

// Told to end, it ends the runs under way and gives the figures of those it did; told again it ends at once.
let toldToEnd = ''
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (toldToEnd !== '') process.exit(130)
    toldToEnd = signal
    say(`told to end by ${signal}`)
  })
}

const startedMs = performance.now()
mkdirSync(values.dir, { recursive: true, mode: 0o711 })
const key = loadSecretKey(values.dir)
const all = wanted()
const runs: CrashRun[] = []
const failed: CrashRun[] = []
let next = 0

/** One PostgreSQL each: a shutdown must not hit the run of another worker. */
async function work(worker: number): Promise<void> {
  const cluster = await crashCluster(join(values.dir, `server-${worker}`))
  try {
    while (next < all.length && toldToEnd === '') {
      const { crash, seed } = all[next++]!
      await runOne(crash, seed, { cluster, dir: values.dir, key })
    }
  } finally {
    await cluster.stop()
  }
}

async function runOne(crash: Crash, seed: number, room: CrashRoom): Promise<void> {
  const run = await crashRun(crash, seed, room).catch((error: unknown): CrashRun => {
    const differences = [{ kind: 'lost' as const, what: error instanceof Error ? error.message : String(error) }]
    return { crash, seed, differences, reached: false, legs: 0, cel: 0, missed: 0, seconds: 0 }
  })
  runs.push(run)
  if (run.differences.length === 0) await forget(run, room)
  else {
    failed.push(run)
    say(`\n${crash} seed ${seed} differs; repeat it with: npm run torture -- --only ${crash}@${seed}`)
    for (const { kind, what } of run.differences.slice(0, 20)) say(`  ${kind}: ${what}`)
  }
  const rate = (performance.now() - crashesMs) / 1000 / runs.length
  const so = `${runs.length} of ${all.length}, ${failed.length} differ, ${rate.toFixed(2)} s a run`
  say(`${so}: ${crash} ${seed}${run.reached ? '' : ' (not reached)'}, ${run.seconds.toFixed(2)} s`)
}

// First what needs no server: a fault in reading would show in the crash runs as something else.
const fuzzed = fuzz(values.only === undefined ? Number(values.fuzz) : 0, Number(values.from), say)
if (fuzzed.fault !== '') say(`fuzz: ${fuzzed.fault}`)
const crashesMs = performance.now()
const workers = Math.min(Number(values.workers), all.length)
await Promise.all(Array.from({ length: workers }, (_, i) => work(i + 1)))

const count = (kind: string) => failed.flatMap((run) => run.differences).filter((d) => d.kind === kind).length
const unreached = [...new Set(runs.map((r) => r.crash))].filter((c) => !runs.some((r) => r.crash === c && r.reached))
process.stdout.write(
  `${JSON.stringify({
    runs: runs.length,
    of: all.length,
    lost: count('lost'),
    doubled: count('doubled'),
    unbalanced: count('unbalanced'),
    reached: runs.filter((run) => run.reached).length,
    never_reached: unreached,
    legs: runs.reduce((sum, run) => sum + run.legs, 0),
    cel: runs.reduce((sum, run) => sum + run.cel, 0),
    only_in_file: runs.reduce((sum, run) => sum + run.missed, 0),
    failed: failed.map((run) => `${run.crash}@${run.seed}`),
    fuzzed,
    seconds: Math.round((performance.now() - startedMs) / 1000),
  })}\n`,
)
process.exitCode = toldToEnd !== '' || failed.length > 0 || unreached.length > 0 || fuzzed.fault !== '' ? 1 : 0

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
