// Figures computed the long way, for tests: one call at a time, with no word of SQL and no code of the query's.

import { DateTime } from 'luxon'

type Charge = { side: number; currency: number; amount: number; billed_s: number; prefix: string }
type Try = { trunk_id: number; carrier_id: number; hangup_cause: number; answered_at: unknown }
type Ids =
  | 'account_id'
  | 'source_id'
  | 'country_id'
  | 'destination_id'
  | 'direction'
  | 'outcome'
  | 'disposition'
  | 'seized'
type Lengths = 'talk_s' | 'ring_s' | 'wait_s' | 'legs' | 'attempts'

/** A call with all its rows, as the database gives them. */
export type Fact = Readonly<
  Record<Ids | Lengths, number> &
    Record<'did' | 'extension' | 'from_number' | 'to_number', string> &
    Try & {
      opened_at: Date
      started_at: Date
      ended_at: Date
      answered_at: Date | null
      unrated: boolean
      charges: Charge[] | null
      tries: (Try & { outward: boolean; cause: number })[] | null
      tags: string[] | null
    }
>

type Clock = { hours?: ReadonlySet<number>; weekdays?: ReadonlySet<number> }
type Question = {
  fromMs: number
  toMs: number
  zone: string
  by: string
  split: string
  clock?: Clock
} & Partial<World>

/** What is known of the tenant besides its calls. */
export type World = {
  /** ISO 4217 number. */
  readonly currency: number
  readonly accountKey: (id: number) => string
  readonly departmentOf: (call: Fact) => string
}

/** As reference.test.ts sets it up: extension 2001 is in department 1, account 1002 (id 2) in department 2. */
const WORLD: World = {
  currency: 978,
  accountKey: (id) => `100${id}`,
  departmentOf: (call) => (call.extension === '2001' ? '1' : call.account_id === 2 ? '2' : 'none'),
}

/** The rows of every call of a tenant, by selects that add nothing up. */
export const FACTS = `select c.*,
  (select json_agg(g) from charge g where g.call_key = c.call_key and g.opened_at = c.opened_at) as charges,
  (select json_agg(z) from seizure z where z.call_key = c.call_key and z.opened_at = c.opened_at) as tries,
  (select array_agg(tag) from call_tag t where t.call_key = c.call_key and t.opened_at = c.opened_at) as tags,
  exists (select from call_unrated u where u.call_key = c.call_key and u.opened_at = c.opened_at) as unrated
  from call c where tenant_id = $1`
type Row = Record<string, number | string | null>

export function referenceOf(facts: readonly Fact[], question: Question): { rows: Map<string, Row>; total: Row } {
  const q = { ...WORLD, ...question }
  const scope = facts.filter((f) => +f.opened_at >= q.fromMs && +f.opened_at < q.toMs && onClock(f, q))
  const groups = new Map<string, { calls: Fact[]; tries: Try[] }>()
  const at = (key: string) => groups.get(key) ?? groups.set(key, { calls: [], tries: [] }).get(key)!
  const whole = { calls: [] as Fact[], tries: [] as Try[] }
  for (const call of scope) {
    whole.calls.push(call)
    for (const key of pairs(call, call, q)) at(key).calls.push(call)
    for (const t of triesOf(call)) {
      whole.tries.push(t)
      for (const key of pairs(call, t, q)) at(key).tries.push(t)
    }
  }
  const most = mostAtOnce(facts, q)
  const loads = carried(facts, q)
  const peak = (key: string) => ({ peak_concurrent: most.get(key) ?? null, ...erlangs(loads.get(key)) })
  const rows = new Map([...groups].map(([key, g]) => [key, { ...figures(g.calls, g.tries, facts, q), ...peak(key) }]))
  return { rows, total: { ...figures(whole.calls, whole.tries, facts, q), ...peak('') } }
}

/** At each instant at which one begins, and at each full quarter of an hour, who is there. By key; '' is all together. */
function mostAtOnce(facts: readonly Fact[], q: Question & World): Map<string, number> {
  const [HOUR, DAY] = [3_600_000, 86_400_000]
  const live = facts
    .map((c) => ({ c, from: Math.max(+c.started_at, +c.opened_at), to: Math.min(+c.ended_at, +c.opened_at + DAY) }))
    .filter(({ c, from, to }) => from < to && from < q.toMs && to > q.fromMs && +c.opened_at < q.toMs && onClock(c, q))
    .map((life) => ({ ...life, keys: pairs(life.c, life.c, { ...q, by: TIMED.includes(q.by) ? 'none' : q.by }) }))
  const hours = new Map<number, typeof live>()
  for (const life of live)
    for (let hour = Math.floor(life.from / HOUR); hour * HOUR < life.to; hour++)
      hours.set(hour, [...(hours.get(hour) ?? []), life])
  const instants = new Set([q.fromMs, ...live.map(({ from }) => from)])
  if (TIMED.includes(q.by)) for (let at = q.fromMs - (q.fromMs % 900_000); at < q.toMs; at += 900_000) instants.add(at)
  const most = new Map<string, number>()
  for (const at of [...instants].filter((ms) => ms >= q.fromMs && ms < q.toMs)) {
    const now = (hours.get(Math.floor(at / HOUR)) ?? []).filter(({ from, to }) => from <= at && at < to)
    const counts = new Map<string, number>([['', now.length]])
    const time =
      TIMED.includes(q.by) && now.length > 0 ? keysOf({ opened_at: at } as never, now[0]!.c, q.by, q)[0]! : ''
    for (const key of now.flatMap(({ keys }) => keys)) {
      const own = TIMED.includes(q.by) ? key.replace('all', time) : key
      counts.set(own, (counts.get(own) ?? 0) + 1)
    }
    for (const [key, n] of counts) most.set(key, Math.max(n, most.get(key) ?? 0))
  }
  if (most.get('') === 0) most.delete('')
  return most
}

type Load = { ms: number; hours: Map<string, number>; lengthMs: number }

function erlangs(load: Load | undefined): Row {
  if (load === undefined) return { erlang: null, busy_erlang: null, channels_needed: null }
  const busy = Math.max(...load.hours.values()) / 3_600_000
  let channels = 0
  for (let lost = 1; lost > 0.01; channels++) lost = (busy * lost) / (channels + 1 + busy * lost)
  return { erlang: over(load.ms, load.lengthMs), busy_erlang: busy, channels_needed: channels }
}

/** Quarter of an hour by quarter, how long who was there. By key; '' is all together. */
function carried(facts: readonly Fact[], q: Question & World): Map<string, Load> {
  const QUARTER = 900_000
  const timed = TIMED.includes(q.by)
  const keysAt = (at: number) => {
    const then = { opened_at: at } as never
    return { time: timed ? keysOf(then, facts[0]!, q.by, q)[0]! : 'all', hour: keysOf(then, facts[0]!, 'hour', q)[0]! }
  }
  const lengths = new Map<string, number>()
  const known = new Map<number, ReturnType<typeof keysAt>>()
  for (let at = q.fromMs - (q.fromMs % QUARTER); at < q.toMs; at += QUARTER) {
    const keys = keysAt(at)
    known.set(at, keys)
    const ms = Math.min(at + QUARTER, q.toMs) - Math.max(at, q.fromMs)
    if (!onClock({ opened_at: at } as never, q)) continue
    for (const key of ['', keys.time]) lengths.set(key, ms + (lengths.get(key) ?? 0))
  }
  const loads = new Map<string, Load>()
  for (const c of facts) {
    const from = Math.max(+c.started_at, +c.opened_at, q.fromMs)
    const to = Math.min(+c.ended_at, +c.opened_at + 86_400_000, q.toMs)
    if (from >= to || +c.opened_at >= q.toMs || !onClock(c, q)) continue
    const own = pairs(c, c, { ...q, by: timed ? 'none' : q.by })
    for (let at = from - (from % QUARTER); at < to; at += QUARTER) {
      const { time, hour } = known.get(at)!
      const ms = Math.min(at + QUARTER, to) - Math.max(at, from)
      for (const key of ['', ...own.map((one) => (timed ? one.replace('all', time) : one))]) {
        const lengthMs = lengths.get(key === '' || !timed ? '' : time) ?? 0
        const load = loads.get(key) ?? { ms: 0, hours: new Map(), lengthMs }
        loads.set(key, { ...load, ms: load.ms + ms, hours: load.hours.set(hour, ms + (load.hours.get(hour) ?? 0)) })
      }
    }
  }
  return loads
}

const TIMED = ['hour', 'day', 'week', 'month', 'hour_of_day', 'weekday', 'weekday_hour']

function onClock(call: Fact, { zone, clock }: Question): boolean {
  const at = DateTime.fromMillis(+call.opened_at, { zone })
  return clock?.hours?.has(at.hour) !== false && clock?.weekdays?.has(at.weekday) !== false
}

/** Outward trunk channels of a call, each with its own trunk, carrier and cause. */
function triesOf(call: Fact): Try[] {
  if (call.seized === 2) return [call]
  if (call.seized !== 3) return []
  return (call.tries ?? []).filter((t) => t.outward).map((t) => ({ ...t, hangup_cause: t.cause }))
}

function pairs(call: Fact, own: Try, q: Question & World): string[] {
  const splits = q.split === 'none' ? [''] : keysOf(call, own, q.split, q)
  return keysOf(call, own, q.by, q).flatMap((key) => splits.map((split) => `${key}/${split}`))
}

const DIRECTION = ['unknown', 'inbound', 'outbound', 'internal', 'transit']
const OUTCOME = ['', 'answered', 'no-answer', 'busy', 'failed', 'program']
const DISPOSITION = ['none', 'answered', 'no-answer', 'busy', 'failed', 'congestion', 'cancel']
const orNone = (value: unknown) => (value === 0 || value === '' ? 'none' : String(value))

function keysOf(call: Fact, own: Try, by: string, q: Question & World): string[] {
  const at = DateTime.fromMillis(+call.opened_at, { zone: q.zone })
  const two = (n: number) => String(n).padStart(2, '0')
  const known: Record<string, () => string | string[]> = {
    none: () => 'all',
    hour: () => `${at.toFormat('yyyy-MM-dd')}T${two(at.hour)}:00${at.toFormat('ZZ')}`,
    day: () => at.toFormat('yyyy-MM-dd'),
    week: () => `${at.weekYear}-W${two(at.weekNumber)}`,
    month: () => at.toFormat('yyyy-MM'),
    hour_of_day: () => String(at.hour),
    weekday: () => String(at.weekday),
    weekday_hour: () => `${at.weekday}-${two(at.hour)}`,
    direction: () => DIRECTION[call.direction]!,
    outcome: () => OUTCOME[call.outcome]!,
    disposition: () => DISPOSITION[call.disposition]!,
    account: () => (call.account_id === 0 ? 'none' : q.accountKey(call.account_id)),
    cause: () => orNone(own.hangup_cause),
    trunk: () => orNone(own.trunk_id),
    carrier: () => orNone(own.carrier_id),
    source: () => orNone(call.source_id),
    country: () => orNone(call.country_id),
    destination: () => orNone(call.destination_id),
    did: () => orNone(call.did),
    extension: () => orNone(call.extension),
    prefix: () => orNone(soldBy(call)),
    department: () => q.departmentOf(call),
    tag: () => call.tags ?? ['none'],
  }
  return [known[by]!()].flat()
}

function soldBy(call: Fact): string {
  const standing = new Map<string, number>()
  for (const c of (call.charges ?? []).filter((x) => x.side === 1))
    standing.set(c.prefix, (standing.get(c.prefix) ?? 0) + (c.billed_s < 0 ? -1 : 1))
  return [...standing].find(([, n]) => n > 0)?.[0] ?? ''
}

const micros = (amount: unknown) => BigInt(Math.round(Number(amount) * 1e6))
const money = (m: bigint) => {
  const text = String(m < 0n ? -m : m).padStart(7, '0')
  return `${m < 0n ? '-' : ''}${text.slice(0, -6)}.${text.slice(-6)}`
}
const over = (a: number, b: number) => (b === 0 ? null : a / b)
const sum = <T>(list: readonly T[], of: (f: T) => number) => list.reduce((n, f) => n + of(f), 0)

function figures(calls: readonly Fact[], tries: readonly Try[], everyCall: readonly Fact[], q: World): Row {
  const answered = calls.filter((c) => c.outcome === 1)
  const waited = calls.filter((c) => c.wait_s > 0)
  const lines = calls.flatMap((c) => c.charges ?? [])
  const total = (side: number) =>
    lines.filter((l) => l.side === side && l.currency === q.currency).reduce((n, l) => n + micros(l.amount), 0n)
  const [revenue, cost] = [total(1), total(2)]
  const billed = sum(
    lines.filter((l) => l.side === 1),
    (l) => l.billed_s,
  )
  const tta = answered.map((c) => Math.floor((+c.answered_at! - +c.started_at) / 1000))
  const talk = answered.map((c) => c.talk_s)
  const wait = waited.map((c) => c.wait_s)
  const short = talk.filter((s) => s < 10).length
  const good = calls.filter(
    (c) =>
      [1, 5].includes(c.outcome) ||
      [17, 18, 19, 20, 21].includes(c.hangup_cause) ||
      ([0, 16].includes(c.hangup_cause) && [2, 3].includes(c.outcome)),
  )
  const taken = tries.filter((t) => t.answered_at !== null).length
  const unanswered = calls.filter((c) => c.direction === 1 && c.outcome !== 1)
  return {
    ...{ legs: sum(calls, (c) => c.legs), calls: calls.length, attempts: sum(calls, (c) => c.attempts) },
    ...{ answered: answered.length, unrated: calls.filter((c) => c.unrated).length, missed: unanswered.length },
    ...{ program: calls.filter((c) => c.outcome === 5).length, seizures: tries.length, seized_answered: taken },
    asr: over(100 * answered.length, calls.length),
    asr_carrier: over(100 * taken, tries.length),
    acd: over(
      sum(calls, (c) => c.talk_s),
      answered.length,
    ),
    minutes: sum(calls, (c) => c.talk_s) / 60,
    billed_minutes: billed / 60,
    ring_time: over(
      sum(calls, (c) => c.ring_s),
      calls.length,
    ),
    ...{ revenue: money(revenue), cost: money(cost), margin: money(revenue - cost) },
    margin_pct: over(100 * Number(revenue - cost), Number(revenue)),
    markup_pct: over(100 * Number(revenue - cost), Number(cost)),
    arpm: billed <= 0 ? null : money(halfUp(revenue * 60n, BigInt(billed))),
    ner: over(100 * good.length, calls.length),
    time_to_answer: over(
      tta.reduce((a, b) => a + b, 0),
      answered.length,
    ),
    short_calls: short,
    short_pct: over(100 * short, answered.length),
    wait_time: over(
      sum(waited, (c) => c.wait_s),
      waited.length,
    ),
    ...ranks('talk', talk),
    ...ranks('wait', wait),
    ...ranks('tta', tta),
    cps: peak(calls),
    return_rate: returnRate(unanswered, everyCall),
  }
}

function halfUp(a: bigint, b: bigint): bigint {
  return a < 0n ? -halfUp(-a, b) : (2n * a + b) / (2n * b)
}

function ranks(name: string, values: readonly number[]): Row {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (p: number) => sorted[Math.ceil((p * sorted.length) / 100) - 1] ?? null
  return Object.fromEntries([50, 90, 95, 99].map((p) => [`${name}_p${p}`, at(p)]))
}

function peak(calls: readonly Fact[]): number | null {
  const seconds = new Map<number, number>()
  for (const c of calls) {
    const second = Math.floor(+c.started_at / 1000)
    seconds.set(second, (seconds.get(second) ?? 0) + 1)
  }
  return calls.length === 0 ? null : Math.max(...seconds.values())
}

function returnRate(missed: readonly Fact[], everyCall: readonly Fact[]): number | null {
  const callers = new Set(missed.map((c) => subscriber(c.from_number)).filter((n) => n !== ''))
  const spoken = spokenOf(everyCall)
  const back = [...callers].filter((number) =>
    missed.some(
      (m) =>
        subscriber(m.from_number) === number &&
        (spoken.get(number) ?? []).some((at) => at > +m.opened_at && at - +m.opened_at <= 86_400_000),
    ),
  )
  return over(100 * back.length, callers.size)
}

const spokenBefore = new WeakMap<readonly Fact[], Map<string, number[]>>()

/** When each number was spoken with, either way. */
function spokenOf(everyCall: readonly Fact[]): Map<string, number[]> {
  const spoken = spokenBefore.get(everyCall) ?? new Map<string, number[]>()
  if (!spokenBefore.has(everyCall))
    for (const c of everyCall) {
      const other = c.direction === 1 ? c.from_number : c.direction === 2 ? c.to_number : undefined
      if (other === undefined || c.outcome !== 1) continue
      spoken.set(subscriber(other), [...(spoken.get(subscriber(other)) ?? []), +c.opened_at])
    }
  spokenBefore.set(everyCall, spoken)
  return spoken
}

/** The last nine digits, which a number keeps however it is dialled; what is no whole number stands for itself. */
function subscriber(number: string): string {
  const digits = number.startsWith('+') ? number.slice(1) : number
  return digits.length >= 9 && [...digits].every((d) => d >= '0' && d <= '9') ? digits.slice(-9) : number
}
