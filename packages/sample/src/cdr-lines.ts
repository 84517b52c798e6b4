// The sample as a PBX would have written it: three months of Master.csv, in the order of hang-up.
// A generator: nothing is kept but one day, so a million rows need no more memory than fifty thousand.

import { BAD_ROWS, spoil } from './bad-rows.ts'
import { SAMPLE_DAYS, type SampleDay, sampleDays } from './calendar.ts'
import { type CompiledShape, compileShape, type PbxCounters, type WrittenRow } from './compile-shape.ts'
import { type LocalTime, localTime } from './local-time.ts'
import { type Outage, plotCall } from './plot.ts'
import { logNormal, pick, pickInt, type Random, random } from './random.ts'
import { SHAPES, type ShapeName, type Step } from './shapes.ts'

export type SampleOptions = {
  /** The last instant, milliseconds; calls still up then are not in the file. */
  readonly endMs: number
  readonly seed: number
  /** Zone of the PBX, IANA; printed times are local (usegmtime=no). */
  readonly zone: string
  /** Times as many calls as usual; 20 gives about a million rows. */
  readonly scale?: number
}

/** Calls on a day of weight 1: makes about 50,000 rows in the three months. */
const CALLS_A_DAY = 436
/** The trunk refuses calls from 10 to 12 on a working day about ten days before the end. */
const OUTAGE_HOURS = [10, 11]
const OUTAGE_DAYS_BEFORE_END = 10
/** The late row belongs to a call of this many days before the end. */
const LATE_DAYS_BEFORE_END = 5
/** Asterisk was restarted once: sequence and channel numbers begin again. */
const RESTART_DAYS_BEFORE_END = 57

/**
 * Lines of a Master.csv with newcdrcolumns (21 columns), without their line ends. The same options give the same
 * bytes. Among about 50,000 good rows: 12 that cannot be read, and at the very end one row of a call five days old.
 */
export function* sampleCdrLines(options: SampleOptions): Generator<string, void, undefined> {
  const { endMs, zone, scale = 1 } = options
  const chance = random(options.seed)
  const days = sampleDays(endMs, zone)
  const story: Story = {
    chance,
    time: localTime(zone),
    pbx: { channel: 0, pjsip: 0, local: 0, sequence: 0 },
    outageDay: outageDay(days),
    outage: { met: 0, refused: 0 },
    late: undefined,
  }
  let waiting: WrittenRow[] = []
  let spoiled = 0
  for (const [index, day] of days.entries()) {
    if (index === SAMPLE_DAYS - RESTART_DAYS_BEFORE_END) restart(story.pbx)
    writeDay(story, day, index, scale, waiting)
    waiting.sort((a, b) => a.atMs - b.atMs)
    const until = Math.min(day.toMs, endMs + 1)
    const later: WrittenRow[] = []
    const badAfter = isBadDay(index) ? waiting.length >> 1 : -1
    for (const [n, row] of waiting.entries()) {
      if (row.atMs >= until) later.push(row)
      else yield row.line
      if (n === badAfter) yield spoil(row.line, spoiled++)
    }
    waiting = later
  }
  if (story.late !== undefined) yield story.late
}

type Story = {
  readonly chance: Random
  readonly time: LocalTime
  readonly pbx: PbxCounters
  readonly outageDay: number
  readonly outage: Outage
  late: string | undefined
}

const COMPILED = new Map(Object.entries(SHAPES).map(([name, shape]) => [name as ShapeName, compileShape(shape)]))

function outageDay(days: readonly SampleDay[]): number {
  let index = days.length - 1 - OUTAGE_DAYS_BEFORE_END
  while (days[index]!.weekday > 5 || days[index]!.weight < 0.5) index--
  return index
}

/** Twelve days, evenly over the months, none of them the last. */
function isBadDay(index: number): boolean {
  const every = Math.floor(SAMPLE_DAYS / BAD_ROWS)
  return index % every === every >> 1 && index < every * BAD_ROWS
}

function restart(pbx: PbxCounters): void {
  pbx.channel = 0
  pbx.pjsip = 0
  pbx.local = 0
  pbx.sequence = 0
}

function writeDay(story: Story, day: SampleDay, index: number, scale: number, into: WrittenRow[]): void {
  const { chance, time } = story
  const calls = Math.round(CALLS_A_DAY * scale * day.weight * (0.94 + 0.12 * chance()))
  for (const startMs of startsOf(chance, day, time, calls)) {
    const hour = time.hour(startMs)
    const outage = index === story.outageDay && OUTAGE_HOURS.includes(hour) ? story.outage : undefined
    const { shape, facts } = plotCall(chance, { hour, outage })
    const compiled = COMPILED.get(shape)!
    compiled.write(facts, momentsOf(chance, compiled, startMs), story.pbx, time, into)
    const lateDay = index === SAMPLE_DAYS - 1 - LATE_DAYS_BEFORE_END
    // A refused call whose second attempt, the one that connected, is reported late: it turns from failed to answered.
    if (lateDay && story.late === undefined && shape === 'out-retry') story.late = into.pop()!.line
  }
}

/** Instants at which calls begin, ascending, thick where the hours are busy. */
function startsOf(chance: Random, day: SampleDay, time: LocalTime, calls: number): number[] {
  const sums: number[] = []
  let sum = 0
  for (let at = day.fromMs; at < day.toMs; at += 3_600_000) {
    sum += day.hours[time.hour(at)]!
    sums.push(sum)
  }
  const starts: number[] = []
  for (let i = 0; i < calls; i++) {
    const at = chance() * sum
    let hour = 0
    while (sums[hour]! <= at) hour++
    starts.push(day.fromMs + hour * 3_600_000 + pickInt(chance, 3_600_000))
  }
  return starts.sort((a, b) => a - b)
}

function momentsOf(chance: Random, shape: CompiledShape, startMs: number): number[] {
  const moments = [startMs]
  let at = startMs
  for (const step of shape.steps) {
    at += Math.round(stepMs(chance, step))
    moments.push(at)
  }
  return moments
}

/** Nobody stays longer than this; a file with longer calls would be a stuck channel, which is another story. */
const LONGEST_TALK_MS = 3 * 3_600_000

/** How long a step takes, milliseconds. */
function stepMs(chance: Random, step: Step): number {
  switch (step) {
    case 'blink':
      return 40 + 700 * chance()
    case 'ring':
      return Math.min(logNormal(chance, 7_000, 0.6), 24_000)
    case 'give-up':
      return 14_000 + 11_000 * chance()
    case 'agent-rings':
      return 15_000
    case 'retry':
      return 5_000
    case 'few-words':
      return Math.min(logNormal(chance, 9_000, 0.7), 90_000)
    case 'menu':
      return 4_000 + Math.min(logNormal(chance, 12_000, 0.7), 120_000)
    case 'message':
      return pick(chance, [2_000, 6_000, 12_000]) + logNormal(chance, 14_000, 0.6)
    case 'talk':
      return Math.min(logNormal(chance, 102_000, 1.15), LONGEST_TALK_MS)
  }
}
